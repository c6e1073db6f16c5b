import type { Connection } from '../connection.ts'
import type { ExplorePage, ExploreQuery } from '../types/explore.ts'
import { filterQuery } from './views.ts'

/** The media of a dataset under the same filters as a view; `batch_id` narrows it to one batch. */
export const explore =
  ({ json }: Connection) =>
  (datasetId: string, { page_number, page_size, batch_id, clustered, ...filters }: ExploreQuery = {}) =>
    json<ExplorePage>('GET', `/explore/${datasetId}`, {
      query: { page_number, page_size, batch_id, clustered, ...filterQuery(filters) },
    })
