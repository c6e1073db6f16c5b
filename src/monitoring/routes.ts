import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { DatasetParams, Uuid } from '../lib/schemas.ts'
import { readTimeline, Timeline } from './timeline.ts'
import { failingViews, slowestViews } from './view-costs.ts'

const maxShown = 100
/** The items of every batch on a page are counted. */
const maxPageSize = 100
const maxOffset = 1_000_000_000

const Named = { view_id: Uuid, view_name: Type.String(), dataset_id: Uuid, dataset_name: Type.String() }

export function monitoringRoutes(server: Server, db: Database): void {
  server.get(
    '/api/v1/evaluation',
    {
      config: { access: 'user' },
      schema: {
        tags: ['Saved views'],
        summary: 'The slowest of your views, and those that could not be evaluated',
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: maxShown, default: 5 }) }),
        response: {
          200: Type.Object({
            slowest: Type.Array(
              Type.Object({ ...Named, ms: Type.Number({ description: 'What the last evaluation took' }) }),
            ),
            failing: Type.Array(
              Type.Object({
                ...Named,
                reason: Type.String({ description: 'Why the last evaluation failed' }),
              }),
            ),
          }),
        },
      },
    },
    async ({ caller, query }) => ({
      slowest: await slowestViews(db, query.limit, caller.userId),
      failing: await failingViews(db, query.limit, caller.userId),
    }),
  )

  server.get(
    '/api/v1/dataset/:dataset_id/batches',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Datasets'],
        summary: 'The batches of a dataset, latest first, with their alerts',
        params: DatasetParams,
        querystring: Type.Object({
          limit: Type.Integer({ minimum: 1, maximum: maxPageSize, default: 20 }),
          offset: Type.Integer({ minimum: 0, maximum: maxOffset, default: 0 }),
        }),
        response: { 200: Timeline },
      },
    },
    ({ caller, params, query }) =>
      readTimeline(db, { datasetId: params.dataset_id, userId: caller.userId }, query),
  )
}
