// The memory of a process that reads a manifest of 1,000,000 rows: CSV, Parquet in row groups of 100,000 rows, and in one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCsv, writeParquet } from '../test/support/large-manifest.ts'
import { readInChild } from '../test/support/read-manifest.ts'
import type { Figure } from './support/figures.ts'
import { say } from './support/places.ts'

const rows = 1_000_000
const manifests: [string, string, (path: string) => Promise<void>][] = [
  ['CSV', 'media.csv', path => writeCsv(path, rows)],
  ['Parquet, row groups of 100,000', 'groups.parquet', path => writeParquet(path, rows, 100_000)],
  ['Parquet, one row group', 'one.parquet', path => writeParquet(path, rows, rows)],
]

export async function run(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'))
  const figures: Figure[] = []
  try {
    for (const [name, file, write] of manifests) {
      say(name)
      const path = join(folder, file)
      await write(path)
      const read = await readInChild(path)
      if (read.rows !== rows) throw new Error(`${read.rows} rows were read: ${read.faults[0]}`)
      figures.push({ name: `memory, ${name}`, value: read.peakMb, unit: 'MB', atMost: 300 })
      figures.push({ name: `rows, ${name}`, value: rows / read.seconds, unit: '/s' })
    }
    return figures
  } finally {
    await rm(folder, { recursive: true })
  }
}
