// npm run bench -- <name>: a table to read, then one line of JSON.
import { json, table } from './support/figures.ts'

const benches = {
  ingest: 'pictures measured in a second, upload to processed batch',
  evaluate: 'a batch of up to 100,000 items against up to 10,000 views, beside the SQL form',
  preview: 'a view over 100 past batches of 10,000 items while it is built, beside the SQL form',
  path: 'commit of an evaluated batch to the event on 1,000 open streams',
  fanout: 'events to 1,000 and 10,000 streams, beside nchan, better-sse, plain Node and a loop in C',
  storm: '10,000 clients who come back in the same instant, five alerts behind',
  stall: '10,000 clients who stop reading in the same instant, and what 1,000 others notice',
  inbox: 'unread count and first page on 1,000,000 notifications',
  vectors: 'search by likeness and comparison in a dataset of 100,000 items',
  manifest: 'memory while a manifest of 1,000,000 rows is read',
  search: 'the search of 100,000 vectors alone, beside pgvector where the server has it',
  issues: 'precision and recall of the issues on planted faults',
  retrieval: 'text → picture and picture → picture on captioned pictures',
  web: 'in a browser: the inbox obeys, an alert is on every tab, 100,000 pictures scroll',
  start: 'from the start of the process to the first answer, idle memory',
} as const

const name = process.argv[2] ?? ''
if (!(name in benches)) {
  console.error('npm run bench -- <name>, where <name> is one of')
  for (const [known, about] of Object.entries(benches)) console.error(`  ${known.padEnd(9)} ${about}`)
  process.exit(1)
}
// An orderly exit, in which what was started is ended.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
console.log(`${name}: ${benches[name as keyof typeof benches]}`)
const { run } = await import(`./${name}.ts`)
const figures = await run()
console.log(`\n${table(figures)}\n`)
console.log(json(name, figures))
