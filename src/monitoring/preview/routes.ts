import { Type } from 'typebox'
import type { Server } from '../../http/server.ts'
import { DatasetParams } from '../../lib/schemas.ts'
import { FilterQuery, readFilter } from '../../views/filter-query.ts'
import { maxPastBatches } from '../columnar/stored-columns.ts'
import { Preview, type PreviewParts, previewView } from './preview.ts'

export function previewRoutes(server: Server, parts: PreviewParts): void {
  server.post(
    '/api/v1/dataset/:dataset_id/views/preview',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Saved views'],
        summary: 'What a view would have counted on the last batches, before it is saved',
        params: DatasetParams,
        querystring: Type.Object({
          ...FilterQuery.properties,
          batches: Type.Integer({ minimum: 1, maximum: maxPastBatches, default: 10 }),
        }),
        response: { 200: Preview },
      },
    },
    ({ params, query }, reply) => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      return previewView(parts, params.dataset_id, readFilter(query), query.batches, gone.signal)
    },
  )
}
