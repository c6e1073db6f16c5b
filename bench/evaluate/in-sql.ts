// A process of its own: the same batches counted in SQL. The memory which that takes is not the columnar evaluator's.
import { createEvaluate } from '../../src/monitoring/evaluate.ts'
import { startTestApp } from '../../test/support/app.ts'
import { answerOnce } from '../support/child.ts'
import { type Place, say } from '../support/places.ts'
import { makeViews, writeViews } from '../workload.ts'
import { keepViews, timeBatch } from './batch.ts'
import { cases, nameOf } from './cases.ts'
import type { Made } from './make.ts'

/** Seconds, by the name of the case. */
export type InSql = Record<string, number>

await answerOnce(async ({ place, made }: { place: Place; made: Made }): Promise<InSql> => {
  const app = await startTestApp({ place })
  const { db } = app
  try {
    const { vectors, server } = app.app
    const columnar = { count: () => Promise.reject(new Error('SQL was asked for.')) }
    const evaluate = createEvaluate({
      engine: db.engine,
      setting: 'sql',
      columnar,
      vectors,
      logger: server.log,
    })
    const seconds: InSql = {}
    const counted = cases.filter(({ besideSql }) => besideSql)
    await keepViews(db, made.dataset, 0)
    const views = makeViews(Math.max(0, ...counted.map(({ views }) => views)), 1)
    await writeViews(db, { datasetId: made.dataset, userId: made.owner }, views)
    for (const one of counted) {
      const name = nameOf(one, place.engine)
      say(`${name}, in SQL`)
      await keepViews(db, made.dataset, one.views)
      seconds[name] = (await timeBatch(db, made.batches[one.items]!, one.views, evaluate)).seconds
    }
    return seconds
  } finally {
    await app.close()
  }
})
