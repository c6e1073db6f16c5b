// The columnar evaluator on one thread, the batch in memory: what is left when reading and writing take no time.
import assert from 'node:assert/strict'
import type { Database } from '../../src/db/database.ts'
import { buildProgram } from '../../src/monitoring/columnar/compile.ts'
import { readTiles, readTsqueries, type TilePages } from '../../src/monitoring/columnar/read.ts'
import { Run } from '../../src/monitoring/columnar/run.ts'
import { type Figure, median } from '../support/figures.ts'
import { monotonicMs } from '../support/load.ts'
import { say } from '../support/places.ts'
import { asWatched, makeViews } from '../workload.ts'

const rounds = 5

export async function timeAlone(
  db: Database,
  batchId: string,
  views: number,
  atMostSeconds: number,
): Promise<Figure[]> {
  say(`evaluation alone, ${views} views`)
  const watched = makeViews(views, 1).map(asWatched)
  const builder = buildProgram(await readTsqueries(db, watched))
  for (const view of watched) assert.ok(builder.add(view))
  const program = builder.build()
  const tiles: TilePages[] = []
  for await (const pages of readTiles(db, batchId, program)) tiles.push(pages)
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = monotonicMs()
    const run = new Run(program)
    for (const pages of tiles) run.count(pages)
    seconds.push((monotonicMs() - begun) / 1000)
  }
  const range: [number, number] = [Math.min(...seconds), Math.max(...seconds)]
  const name = `100000 items × ${views} views, in memory, one thread`
  return [{ name, value: median(seconds), range, unit: 's', atMost: atMostSeconds }]
}
