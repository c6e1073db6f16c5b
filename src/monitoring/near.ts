// What the filters by meaning and likeness of the monitored views compare with, as it was kept when they were saved.
import sql from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import { isBrought } from '../vectors/brought.ts'
import { readViewVectors } from '../views/saved-vectors.ts'
import { type VectorFilter, vectorFilters } from '../views/vector-filters.ts'
import type { Near } from './count.ts'
import type { MonitoredView } from './evaluate.ts'

/** The vectors of so many views are read at once: 1 MB. */
const viewsPerPage = 250

/** By the view: what each of its filters compares with, or one sentence why it cannot be compared. */
export async function readNear(
  db: Queryable,
  batchId: string,
  views: MonitoredView[],
  models: string[],
): Promise<Map<MonitoredView, Map<VectorFilter, Near> | string>> {
  const found = new Map<MonitoredView, Map<VectorFilter, Near> | string>()
  const asking = views.filter(({ filter }) => vectorFilters(filter).length > 0)
  if (asking.length === 0) return found
  const present = new Set([...models, ...(await modelsOf(db, batchId))])
  for (let from = 0; from < asking.length; from += viewsPerPage) {
    const page = asking.slice(from, from + viewsPerPage)
    const saved = await readViewVectors(
      db,
      page.map(({ id }) => id),
    )
    for (const view of page) {
      const near = new Map<VectorFilter, Near>()
      for (const { filter, position } of vectorFilters(view.filter)) {
        const kept = saved.get(view.id)?.find(one => one.position === position)
        if (kept) near.set(filter, { model: kept.model, vector: kept.vector, minCosine: kept.min_cosine })
        else if (filter !== 'caption') found.set(view, nothingKept)
      }
      const gone = [...near.values()].find(({ model }) => !present.has(model))
      if (gone)
        found.set(
          view,
          isBrought(gone.model)
            ? `It compares vectors that come with media (${gone.model}), and none came with this batch.`
            : `It compares by the model ${gone.model}, which this server does not have; make it again.`,
        )
      if (!found.has(view)) found.set(view, near)
    }
  }
  return found
}

const nothingKept = 'A filter by meaning or likeness has nothing to compare with; make the view again.'

async function modelsOf(db: Queryable, batchId: string): Promise<string[]> {
  const rows = await db.query<{ model: string }>(sql`
    select distinct model from vector_tiles where batch_id = ${batchId}`)
  return rows.map(({ model }) => model)
}
