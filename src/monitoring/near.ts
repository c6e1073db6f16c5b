// What the filters by meaning and likeness of the monitored views compare with, as it was kept when they were saved.
import sql from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import { isBrought } from '../vectors/brought.ts'
import { readViewVectors } from '../views/saved-vectors.ts'
import { type VectorFilter, vectorFilters } from '../views/vector-filters.ts'
import type { Near } from './count.ts'
import type { MonitoredView } from './monitored-view.ts'

/** The vectors of so many views are read at once: 1 MB. */
const viewsPerPage = 250

/** Gives each view its `near`, unless one of its filters has nothing to compare with. A view that has it keeps it. */
export async function readNear(db: Queryable, views: MonitoredView[]): Promise<void> {
  const asking: MonitoredView[] = []
  for (const view of views) {
    if (view.near) continue
    if (vectorFilters(view.filter).length > 0) asking.push(view)
    else view.near = new Map()
  }
  for (let from = 0; from < asking.length; from += viewsPerPage) {
    const page = asking.slice(from, from + viewsPerPage)
    const saved = await readViewVectors(
      db,
      page.map(({ id }) => id),
    )
    for (const view of page) {
      const near = new Map<VectorFilter, Near>()
      const filters = vectorFilters(view.filter)
      for (const { filter, position } of filters) {
        const kept = saved.get(view.id)?.find(one => one.position === position)
        if (kept) near.set(filter, { model: kept.model, vector: kept.vector, minCosine: kept.min_cosine })
      }
      if (filters.every(({ filter }) => filter === 'caption' || near.has(filter))) view.near = near
    }
  }
}

/** One sentence; undefined: it can be compared with what this batch has. */
export function whyNotNear({ near }: MonitoredView, models: ReadonlySet<string>): string | undefined {
  if (!near) return 'A filter by meaning or likeness has nothing to compare with; make the view again.'
  const gone = [...near.values()].find(({ model }) => !models.has(model))
  if (!gone) return undefined
  return isBrought(gone.model)
    ? `It compares vectors that come with media (${gone.model}), and none came with this batch.`
    : `It compares by the model ${gone.model}, which this server does not have; make it again.`
}

export async function modelsOf(db: Queryable, batchId: string): Promise<string[]> {
  const rows = await db.query<{ model: string }>(sql`
    select distinct model from vector_tiles where batch_id = ${batchId}`)
  return rows.map(({ model }) => model)
}
