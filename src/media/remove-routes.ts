// What is in a dataset, in numbers; and taking media out of it again.
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { DatasetParams, Uuid } from '../lib/schemas.ts'
import { issueNames } from './issue-names.ts'
import { removeBatch, removeMedia } from './remove.ts'
import { statsOf } from './stats.ts'
import type { Storage } from './storage.ts'

const Count = Type.Integer()

export function removeRoutes(server: Server, db: Database, storage: Storage): void {
  const tags = ['Media']
  const config = { access: 'editor', refuses: [409] } as const

  server.delete(
    '/api/v1/dataset/:dataset_id/media/:media_id',
    {
      config,
      schema: {
        tags,
        summary: 'Delete one item, with its objects or frames',
        description: 'Points, alerts and counts of views stay as they were.',
        params: Type.Object({ ...DatasetParams.properties, media_id: Uuid }),
        response: { 200: Type.Null() },
      },
    },
    async ({ params }) => {
      await removeMedia({ db, storage }, params.dataset_id, params.media_id)
      return null
    },
  )

  server.delete(
    '/api/v1/dataset/:dataset_id/batches/:batch_id',
    {
      config,
      schema: {
        tags,
        summary: 'Delete all media of a batch',
        description: 'Points, alerts and counts of views stay as they were.',
        params: Type.Object({ ...DatasetParams.properties, batch_id: Uuid }),
        response: { 200: Type.Null() },
      },
    },
    async ({ params }) => {
      await removeBatch({ db, storage }, params.dataset_id, params.batch_id)
      return null
    },
  )

  server.get(
    '/api/v1/dataset/:dataset_id/stats',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What is in a dataset, in numbers',
        params: DatasetParams,
        response: {
          200: Type.Object({
            n_images: Count,
            n_videos: Count,
            n_video_frames: Count,
            n_objects: Count,
            n_failed: Type.Integer({ description: 'Files that could not be read' }),
            n_unlabelled: Type.Integer({ description: 'Pictures and frames without a label' }),
            bytes: Type.Integer({ description: 'Of pictures and videos as they were sent' }),
            issues: Type.Object(
              Object.fromEntries(issueNames.map(name => [name, Count])) as Record<
                (typeof issueNames)[number],
                typeof Count
              >,
              { description: 'Items of every kind with a confidence of at least 0.5' },
            ),
            labels: Type.Array(Type.Object({ label: Type.String(), count: Count }), {
              description: 'The 100 most frequent, of every kind of item',
            }),
          }),
        },
      },
    },
    ({ params }) => statsOf(db, params.dataset_id),
  )
}
