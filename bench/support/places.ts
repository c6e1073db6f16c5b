// Where a benchmark runs: on both engines, each in a folder of its own that is gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestPlace } from '../../test/support/database.ts'
import { startPostgres } from '../../test/support/temporary-postgres.ts'
import type { Figure } from './figures.ts'

export interface Place extends TestPlace {
  engine: 'embedded' | 'PostgreSQL'
}

export const engines = ['embedded', 'PostgreSQL'] as const

/** Measures on the embedded engine, then on a PostgreSQL with the settings it is shipped with. */
export async function onBothEngines(measure: (place: Place) => Promise<Figure[]>): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const engine of engines) figures.push(...(await at(engine, measure)))
  return figures
}

export const onPostgres = (measure: (place: Place) => Promise<Figure[]>): Promise<Figure[]> =>
  at('PostgreSQL', measure)

/** `BELFRY_BENCH_ENGINE=embedded` or `PostgreSQL` leaves the other one out, while a figure is being worked on. */
const only = process.env.BELFRY_BENCH_ENGINE

async function at(engine: Place['engine'], measure: (place: Place) => Promise<Figure[]>): Promise<Figure[]> {
  if (only && only !== engine) return []
  const dataFolder = await mkdtemp(join(tmpdir(), 'belfry-bench-'))
  const postgres = engine === 'PostgreSQL' ? await startPostgres({ durable: true }) : undefined
  const remove = async () => {
    await postgres?.stop()
    await rm(dataFolder, { recursive: true, force: true })
  }
  try {
    return await measure({ engine, dataFolder, databaseUrl: postgres?.url ?? null, remove })
  } finally {
    await remove()
  }
}

/** What is happening, for the person who waits; not part of the result. */
export const say = (text: string): void => console.log(`  ${text}`)
