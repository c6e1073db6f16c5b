import { Type } from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Server } from '../../http/server.ts'
import { DatasetParams, Uuid } from '../../lib/schemas.ts'
import type { Vectors } from '../../vectors/vectors.ts'
import { FilterQuery, readFilter } from '../filter-query.ts'
import { Explored, explore } from './explore.ts'

/** A page is held in memory, here and in the browser. 100 is the size that existing clients expect. */
const maxPageSize = 200
/** A page far back is found by passing over all before it: a million items at the usual page size. */
const maxPageNumber = 10_000

const ExploreQuery = Type.Object({
  ...FilterQuery.properties,
  page_number: Type.Integer({ minimum: 0, maximum: maxPageNumber, default: 0 }),
  page_size: Type.Integer({ minimum: 1, maximum: maxPageSize, default: 100 }),
  batch_id: Type.Optional(Uuid),
  clustered: Type.Boolean({ default: false, description: 'Alike items as one cluster' }),
})

export function exploreRoutes(server: Server, db: Database, vectors: Vectors): void {
  server.get(
    '/api/v1/explore/:dataset_id',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Explore'],
        summary: 'The items of a dataset that pass a filter, by relevance or newest first',
        params: DatasetParams,
        querystring: ExploreQuery,
        response: { 200: Explored },
      },
    },
    ({ params, query }) =>
      explore({ db, vectors }, params.dataset_id, readFilter(query), query.batch_id, query),
  )
}
