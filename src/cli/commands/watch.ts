import type { Notification, StreamChange } from '@belfry/client'
import { Command } from 'commander'
import { findDataset } from '../find-dataset.ts'
import { interruption } from '../interrupt.ts'
import { belfry } from '../invocation.ts'
import { count, localTime, note, print, printJson, styled } from '../output.ts'
import { clientFrom, type RemoteFlags, remote } from '../settings.ts'

interface WatchFlags extends RemoteFlags {
  dataset?: string
  since?: string
  json?: boolean
}

export const watchCommand = () =>
  remote(new Command('watch'))
    .description('print alerts as they happen, one line each, until Ctrl-C')
    .option('--dataset <name or id>', 'only those of one dataset')
    .option('--since <cursor>', 'first everything since this cursor, which an earlier watch printed')
    .option('--json', 'print each as one line of JSON, with its cursor')
    .action(async ({ dataset, since, json, ...flags }: WatchFlags) => {
      const client = await clientFrom(flags)
      // A stream would wait for a server that is not there; a person wants to know at once.
      const datasetId = dataset ? (await findDataset(client, dataset)).id : undefined
      await client.notifications.unreadCount()
      const onChange = sayChanges()
      const alerts = client.stream({ datasetId, lastEventId: since, signal: interruption(), onChange })
      for await (const alert of alerts) {
        if (json) printJson({ ...alert, cursor: alerts.cursor })
        else print(alertLine(alert))
      }
      const resume = `watch --since ${alerts.cursor}${dataset ? ` --dataset ${dataset}` : ''}`
      if (alerts.cursor) note(styled('dim', `Go on from here with '${belfry(resume)}'.`, process.stderr))
    })

export const alertLine = ({
  created_at,
  metadata: { view_name, dataset_name, result_count },
}: Notification) =>
  `${styled('dim', localTime(created_at))}  ${styled('bold', view_name)}  ${count(result_count, 'new match')} in ${dataset_name}`

function sayChanges(): (change: StreamChange) => void {
  let opened = false
  return change => {
    if (change.kind === 'lost')
      note(`Connection lost: ${change.reason}. Trying again in ${(change.retryInMs / 1000).toFixed(1)} s.`)
    else if (change.kind === 'fault') note('The server had an internal fault; it goes on.')
    else if (change.kind === 'reset') note(change.detail)
    else if (change.kind === 'open') {
      note(opened ? 'Connected again; it goes on where it was.' : 'Watching. Ctrl-C ends.')
      opened = true
    }
  }
}
