// What is measured: batches of so many items against so many views.
import type { Place } from '../support/places.ts'

export interface Case {
  items: number
  views: number
  /** Seconds, on each engine. */
  atMost?: { embedded: number; PostgreSQL: number }
  /** Counted in SQL as well, once: on the largest case that would take ten minutes. */
  besideSql?: true
}

/** From the most views to the fewest: those that are too many are deleted between two cases. */
const all: Case[] = [
  { items: 10_000, views: 10_000 },
  { items: 100_000, views: 10_000, atMost: { embedded: 10, PostgreSQL: 6 } },
  { items: 10_000, views: 1_000, besideSql: true, atMost: { embedded: 0.8, PostgreSQL: 0.5 } },
  { items: 100_000, views: 1_000, besideSql: true },
  { items: 10_000, views: 100, besideSql: true, atMost: { embedded: 3, PostgreSQL: 1 } },
  { items: 100_000, views: 100 },
]

/** `BELFRY_BENCH_ONLY='100000 x 10000'` runs the cases that match, while a figure is being worked on. */
const only = process.env.BELFRY_BENCH_ONLY ?? ''
export const cases = all.filter(({ items, views }) => `${items} x ${views}`.includes(only))

export const nameOf = ({ items, views }: Case, engine: Place['engine']) =>
  `${items} items × ${views} views, ${engine}`
