import { Command } from 'commander'
import { findDataset } from '../find-dataset.ts'
import { count, localTime, note, print, printJson, printTable, styled } from '../output.ts'
import { clientFrom, type RemoteFlags, remote } from '../settings.ts'

interface ListFlags extends RemoteFlags {
  unread?: boolean
  dataset?: string
  limit: string
  offset: string
  json?: boolean
}

const list = () =>
  remote(new Command('list'))
    .description('list your notifications, newest first')
    .option('--unread', 'only unread ones')
    .option('--dataset <name or id>', 'only those of one dataset')
    .option('--limit <number>', 'how many, 1–100', '20')
    .option('--offset <number>', 'how many to skip', '0')
    .option('--json', 'print JSON')
    .action(async ({ unread, dataset, limit, offset, json, ...flags }: ListFlags) => {
      const client = await clientFrom(flags)
      const page = await client.notifications.list({
        unreadOnly: unread,
        datasetId: dataset && (await findDataset(client, dataset)).id,
        limit: Number(limit),
        offset: Number(offset),
      })
      if (json) return printJson(page)
      printTable(
        ['', 'WHEN', 'VIEW', 'MATCHES', 'DATASET', 'ID'],
        page.notifications.map(({ read_at, created_at, metadata, id }) => [
          read_at ? ' ' : '●',
          localTime(created_at),
          metadata.view_name,
          String(metadata.result_count),
          metadata.dataset_name,
          id,
        ]),
      )
      note(styled('dim', `${page.notifications.length} of ${page.total}`, process.stderr))
    })

const read = () =>
  remote(new Command('read'))
    .description('mark one notification as read')
    .argument('<id>')
    .action(async (id: string, flags: RemoteFlags) => {
      await (await clientFrom(flags)).notifications.markRead(id)
      note('Marked as read.')
    })

const readAll = () =>
  remote(new Command('read-all'))
    .description('mark all your notifications as read')
    .option('--dataset <name or id>', 'only those of one dataset')
    .option('--json', 'print JSON')
    .action(async ({ dataset, json, ...flags }: RemoteFlags & { dataset?: string; json?: boolean }) => {
      const client = await clientFrom(flags)
      const datasetId = dataset && (await findDataset(client, dataset)).id
      const marked = await client.notifications.markAllRead(datasetId)
      if (json) printJson({ count: marked })
      else print(`Marked ${count(marked, 'notification')} as read.`)
    })

export const notificationsCommand = () =>
  new Command('notifications')
    .description('list your notifications and mark them as read')
    .addCommand(list())
    .addCommand(read())
    .addCommand(readAll())
