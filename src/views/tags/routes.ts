import { Type } from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Server } from '../../http/server.ts'
import { problems } from '../../lib/problems.ts'
import { DatasetParams, Uuid } from '../../lib/schemas.ts'
import { readName } from '../view.ts'
import { changeTag, createTag } from './assign.ts'
import { addTag, deleteTag, listTags, removeTag } from './store.ts'
import { maxMediaPerRequest, Tag } from './tag.ts'

const TagParams = Type.Object({ dataset_id: Uuid, tag_id: Uuid })
const Media = Type.Object({ media_ids: Type.Array(Uuid, { minItems: 1, maxItems: maxMediaPerRequest }) })
const Changed = Type.Object({ count: Type.Integer({ description: 'Items that changed' }) })

export function tagsRoutes(server: Server, db: Database): void {
  const docs = ['Tags']
  const path = '/api/v1/dataset/:dataset_id/tags'

  server.get(
    path,
    {
      config: { access: 'viewer' },
      schema: {
        tags: docs,
        summary: 'List the tags of a dataset, by name',
        params: DatasetParams,
        response: { 200: Type.Object({ tags: Type.Array(Tag) }) },
      },
    },
    async ({ params }) => ({ tags: await listTags(db, params.dataset_id) }),
  )

  server.post(
    path,
    {
      config: { access: 'editor', form: true, refuses: [409] },
      schema: {
        tags: docs,
        summary: 'Create a tag',
        params: DatasetParams,
        body: Type.Object({ name: Type.String({ description: '1–200 characters, unique in the dataset' }) }),
        response: { 200: Tag },
      },
    },
    ({ params, body }) => createTag(db, params.dataset_id, readName(body.name)),
  )

  server.delete(
    `${path}/:tag_id`,
    {
      config: { access: 'editor' },
      schema: {
        tags: docs,
        summary: 'Delete a tag and take it from all media',
        params: TagParams,
        response: { 200: Type.Null() },
      },
    },
    async ({ params }, reply) => {
      const deleted = await db.transaction(tx => deleteTag(tx, params.dataset_id, params.tag_id))
      if (!deleted) throw problems.tagNotFound()
      return reply.type('application/json').send('null' as never)
    },
  )

  for (const [verb, change] of [
    ['assign', addTag],
    ['unassign', removeTag],
  ] as const)
    server.post(
      `${path}/:tag_id/${verb}`,
      {
        config: { access: 'editor' },
        schema: {
          tags: docs,
          summary: verb === 'assign' ? 'Give a tag to media' : 'Take a tag from media',
          params: TagParams,
          body: Media,
          response: { 200: Changed },
        },
      },
      async ({ params, body }) => ({ count: await changeTag(db, params, body.media_ids, change) }),
    )
}
