import { Command } from 'commander'
import { belfry, quoted } from '../invocation.ts'
import { localTime, note, print, printJson, printTable } from '../output.ts'
import { clientFrom, type RemoteFlags, remote } from '../settings.ts'

interface CreateFlags extends RemoteFlags {
  from?: string
  language?: string
  json?: boolean
}

const create = () =>
  remote(new Command('create'))
    .description('make a dataset and print its id')
    .argument('<name>')
    .option('--from <s3 uri>', 'fill it from a bucket: s3://bucket/folder/, or a manifest in it')
    .option('--language <name>', 'search its words in this language instead of English')
    .option('--json', 'print JSON')
    .action(async (name: string, { from, language, json, ...flags }: CreateFlags) => {
      const client = await clientFrom(flags)
      const id = await (from
        ? client.datasets.createFromBucket(name, from, { language })
        : client.datasets.create(name, { language }))
      if (json) return printJson(await client.datasets.get(id))
      print(id)
      if (from) return note('It is being filled; its task says how far it is.')
      note(`Fill it with '${belfry(`add ${quoted(name)} <folder>`)}'.`)
    })

const list = () =>
  remote(new Command('list'))
    .description('list the datasets you can see')
    .option('--json', 'print JSON')
    .action(async ({ json, ...flags }: RemoteFlags & { json?: boolean }) => {
      const datasets = await (await clientFrom(flags)).datasets.list()
      if (json) return printJson(datasets)
      printTable(
        ['NAME', 'STATUS', 'IMAGES', 'OBJECTS', 'CREATED', 'ID'],
        datasets.map(({ display_name, status_new, n_images, n_objects, created_at, id }) => [
          display_name,
          status_new,
          String(n_images),
          String(n_objects),
          localTime(created_at),
          id,
        ]),
      )
    })

export const datasetCommand = () =>
  new Command('dataset').description('make and list datasets').addCommand(create()).addCommand(list())
