import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { DatasetParams, Uuid } from '../lib/schemas.ts'
import { Role } from './datasets.ts'
import { share, unshare } from './sharing.ts'
import { membersOf } from './store.ts'

const tags = ['Sharing']
const done = { 200: Type.Null() }
const Email = Type.String({ minLength: 1, maxLength: 254 })

export function sharingRoutes(server: Server, db: Database): void {
  server.get(
    '/api/v1/manage/:dataset_id/share',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Who may see the dataset',
        params: DatasetParams,
        response: { 200: Type.Array(Type.Object({ email: Type.String(), role: Role })) },
      },
    },
    ({ params }) => membersOf(db, params.dataset_id),
  )

  server.put(
    '/api/v1/manage/:dataset_id/invite',
    {
      config: { access: 'owner', refuses: [409] },
      schema: {
        tags,
        summary: 'Give somebody a role in the dataset, or another one',
        description: 'Without `role` who is new becomes a viewer, and a member stays what they are.',
        params: DatasetParams,
        body: Type.Object({ grant_to_user_email: Email, role: Type.Optional(Role) }),
        response: done,
      },
    },
    async ({ params, body }) => {
      await share(db, params.dataset_id, body.grant_to_user_email, body.role)
      return null
    },
  )

  server.post(
    '/api/v1/dataset/:dataset_id/share',
    {
      config: { access: 'owner', form: true, refuses: [409] },
      schema: {
        tags,
        summary: 'Share the dataset with a viewer (older form of invite)',
        consumes: ['multipart/form-data', 'application/x-www-form-urlencoded'],
        params: DatasetParams,
        body: Type.Object({ user_email: Email }),
        response: done,
      },
    },
    async ({ params, body }) => {
      await share(db, params.dataset_id, body.user_email)
      return null
    },
  )

  server.delete(
    '/api/v1/manage/:dataset_id/share/:email',
    {
      config: { access: 'owner', refuses: [409] },
      schema: {
        tags,
        summary: "End somebody's access",
        params: Type.Object({ dataset_id: Uuid, email: Email }),
        response: done,
      },
    },
    async ({ params }) => {
      await unshare(db, params.dataset_id, params.email)
      return null
    },
  )
}
