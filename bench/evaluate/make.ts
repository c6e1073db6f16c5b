// A process of its own: makes the batches and views, and ends, so that the memory it took is not the server's.
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { startTestApp } from '../../test/support/app.ts'
import { answerOnce } from '../support/child.ts'
import { type Place, say } from '../support/places.ts'
import { makeProcessedBatch, makeViews, tagIds, writeItems, writeVectors, writeViews } from '../workload.ts'
import { cases } from './cases.ts'

export interface Made {
  dataset: string
  owner: string
  /** By how many items they have. */
  batches: Record<number, string>
}

await answerOnce(async (place: Place): Promise<Made> => {
  const app = await startTestApp({ place })
  try {
    const owner = await app.user()
    const dataset = await seedDataset(app, [owner])
    await app.db.query(sql`
      insert into tags (id, dataset_id, name) select id, ${dataset}, id::text from unnest(${tagIds}::uuid[]) as id`)
    const batches: Made['batches'] = {}
    for (const items of new Set(cases.map(({ items }) => items))) {
      say(`${place.engine}: writing ${items} items`)
      const batch = await makeProcessedBatch(app.db, dataset)
      await writeItems(app.db, batch, items, items)
      await writeVectors(app.db, batch.id, items, items)
      batches[items] = batch.id
    }
    const views = makeViews(Math.max(...cases.map(({ views }) => views)), 1)
    await writeViews(app.db, { datasetId: dataset, userId: owner.id }, views)
    await app.db.query(sql`vacuum analyze items`)
    return { dataset, owner: owner.id, batches }
  } finally {
    await app.close()
  }
})
