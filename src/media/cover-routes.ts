// A few pictures of each dataset, for a page that shows all of them.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import type { Database, Queryable } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { Uuid } from '../lib/schemas.ts'

/** As many as a card shows. */
const maxCovers = 4

const Covers = Type.Object({
  covers: Type.Array(
    Type.Object({
      dataset_id: Uuid,
      media_thumb_uris: Type.Array(Type.String(), { description: `The newest ${maxCovers} pictures` }),
    }),
  ),
})

export function coverRoutes(server: Server, db: Database): void {
  server.get(
    '/api/v1/datasets/covers',
    {
      config: { access: 'user' },
      schema: {
        tags: ['Datasets'],
        summary: 'The newest pictures of each of your datasets that has any',
        response: { 200: Covers },
      },
    },
    async ({ caller }) => ({ covers: await readCovers(db, caller.userId) }),
  )
}

async function readCovers(db: Queryable, userId: string): Promise<Static<typeof Covers>['covers']> {
  const rows = await db.query<{ dataset_id: string; id: string }>(sql`
    select dataset_members.dataset_id, newest.id from dataset_members cross join lateral (
      select id, created_at from items
      where dataset_id = dataset_members.dataset_id and kind = 'IMAGE' and state = 'ready'
      order by created_at desc, id limit ${maxCovers}) newest
    where user_id = ${userId} order by dataset_members.dataset_id, newest.created_at desc, newest.id`)
  return [...Map.groupBy(rows, row => row.dataset_id)].map(([dataset_id, items]) => ({
    dataset_id,
    media_thumb_uris: items.map(({ id }) => `/api/v1/media/${id}/thumbnail`),
  }))
}
