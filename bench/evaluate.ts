// A stored batch against saved views, end to end: read, count, points, counters, alerts and notifications, committed. How
// it grows with items and views; beside it the SQL form in the same run, and the columnar evaluator alone on one thread.
import type { Made } from './evaluate/make.ts'
import { ask } from './support/child.ts'
import type { Figure } from './support/figures.ts'
import { onBothEngines } from './support/places.ts'

export const run = () =>
  onBothEngines(async ({ engine, dataFolder, databaseUrl }) => {
    const place = { engine, dataFolder, databaseUrl }
    const made = await ask<Made>(new URL('./evaluate/make.ts', import.meta.url), place)
    return ask<Figure[]>(new URL('./evaluate/measure.ts', import.meta.url), { place, made })
  })
