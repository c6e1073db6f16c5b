// A stored batch against saved views, end to end: read, count, points, counters, alerts and notifications, committed. How
// it grows with items and views; beside it the SQL form in the same run, and the columnar evaluator alone on one thread.
import type { InSql } from './evaluate/in-sql.ts'
import type { Made } from './evaluate/make.ts'
import { ask } from './support/child.ts'
import type { Figure } from './support/figures.ts'
import { onBothEngines } from './support/places.ts'

const file = (name: string) => new URL(`./evaluate/${name}.ts`, import.meta.url)

export const run = () =>
  onBothEngines(async ({ engine, dataFolder, databaseUrl }) => {
    const place = { engine, dataFolder, databaseUrl }
    const made = await ask<Made>(file('make'), place)
    const figures = await ask<Figure[]>(file('measure'), { place, made })
    const inSql = await ask<InSql>(file('in-sql'), { place, made })
    return [...figures, ...Object.entries(inSql).map(([name, seconds]) => beside(figures, name, seconds))]
  })

function beside(figures: Figure[], name: string, seconds: number): Figure {
  const { value } = figures.find(figure => figure.name === name)!
  return { name: `${name}, beside SQL`, value, unit: 's', rival: { name: 'the SQL form', value: seconds } }
}
