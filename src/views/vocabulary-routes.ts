import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { DatasetParams } from '../lib/schemas.ts'
import type { Vectors } from '../vectors/vectors.ts'
import { readVocabulary, Vocabulary } from './vocabulary.ts'

export function vocabularyRoutes(server: Server, db: Database, vectors: Vectors): void {
  server.get(
    '/api/v1/dataset/:dataset_id/vocabulary',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Explore'],
        summary: 'The labels, folders and metadata fields that occur, most frequent first',
        params: DatasetParams,
        response: { 200: Vocabulary },
      },
    },
    ({ params }) => readVocabulary({ db, vectors }, params.dataset_id),
  )
}
