import { Command } from 'commander'
import { type FilterFlags, filterOptions, readFilters } from '../filters.ts'
import { findDataset } from '../find-dataset.ts'
import { count, localTime, note, print, printJson, printTable, styled } from '../output.ts'
import { clientFrom, type RemoteFlags, remote } from '../settings.ts'

type Flags = RemoteFlags & FilterFlags & { json?: boolean }

const create = () =>
  filterOptions(remote(new Command('create')))
    .description('save a view; it watches what is added from now on')
    .argument('<dataset>', 'name or id')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action(async (dataset: string, name: string, flags: Flags) => {
      const client = await clientFrom(flags)
      const { id, display_name } = await findDataset(client, dataset)
      const view = await client.views.create(id, name, readFilters(flags))
      if (flags.json) return printJson(view)
      print(view.id)
      note(`'${view.name}' watches ${display_name} from now on.`)
    })

const list = () =>
  remote(new Command('list'))
    .description('list the saved views of a dataset, newest first')
    .argument('<dataset>', 'name or id')
    .option('--json', 'print JSON')
    .action(async (dataset: string, { json, ...flags }: RemoteFlags & { json?: boolean }) => {
      const client = await clientFrom(flags)
      const views = await client.views.list((await findDataset(client, dataset)).id)
      if (json) return printJson(views)
      printTable(
        ['NAME', 'MATCHES', 'LATEST', 'WATCHES', 'ID'],
        views.map(view => [
          view.name,
          String(view.total_results),
          view.last_results ? localTime(view.last_results) : '–',
          !view.monitoring_enabled ? 'off' : view.alerting_enabled ? 'on' : 'without alerts',
          view.id,
        ]),
      )
    })

const preview = () =>
  filterOptions(remote(new Command('preview')))
    .description('what a view would have counted on the last batches, before you save it')
    .argument('<dataset>', 'name or id')
    .option('--json', 'print JSON')
    .action(async (dataset: string, flags: Flags) => {
      const client = await clientFrom(flags)
      const { id } = await findDataset(client, dataset)
      const { batches, samples, total, would_alert } = await client.views.preview(id, readFilters(flags))
      if (flags.json) return printJson({ batches, total, would_alert, samples })
      const most = Math.max(1, ...batches.map(batch => batch.count))
      for (const { timestamp, count: matches } of batches)
        print(
          `${styled('dim', localTime(timestamp))}  ${String(matches).padStart(6)}  ${bar(matches / most)}`.trimEnd(),
        )
      for (const { original_uri, labels } of samples) print(`  ${original_uri}  ${labels.join(', ')}`)
      print(
        `${count(total, 'match')} in the last ${count(batches.length, 'batch')}; alerts for ${would_alert} of them.`,
      )
    })

const bar = (share: number): string => '█'.repeat(Math.round(share * 30))

export const viewCommand = () =>
  new Command('view')
    .description('save, list and preview views')
    .addCommand(create())
    .addCommand(list())
    .addCommand(preview())
