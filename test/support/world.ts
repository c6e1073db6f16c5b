// A small world for tests of who may do what: a dataset with one of everything in it, and somebody of each kind.
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sql from 'sql-template-tag'
import { newApiKey, secretOf } from '../../src/auth/credentials.ts'
import { hashSessionToken, newSessionToken } from '../../src/auth/session.ts'
import { thumbnailKey } from '../../src/media/forget.ts'
import { signToken, type TestApp } from './app.ts'

/** `revoked` and `expired` are owners whose key was revoked, whose token has expired. `admin` is no member. */
export const people = ['other', 'viewer', 'editor', 'owner', 'admin', 'revoked', 'expired'] as const
export type Person = (typeof people)[number]
export type Who = 'anonymous' | Person

export interface World {
  /** Values of path parameters, by name. */
  ids: Record<string, string>
  userIds: Record<Person, string>
  /** Each member's own notification; of the others, the owner's. */
  notificationOf: (who: Who) => string
  headersOf: (who: Who) => Record<string, string>
  ownersCookie: string
}

export async function makeWorld({ app, db, place }: TestApp): Promise<World> {
  const users = await Promise.all(
    people.map(async person => {
      const apiKey = newApiKey()
      const token = await signToken(
        apiKey,
        secretOf(apiKey, app.serverKey),
        person === 'expired' ? -60 : 3600,
      )
      return { person, id: randomUUID(), apiKey, token, notification: randomUUID() }
    }),
  )
  const of = (person: Person) => users.find(user => user.person === person)!
  const members = users.filter(({ person }) => person !== 'other' && person !== 'admin')
  const ids = {
    dataset_id: randomUUID(),
    view_id: randomUUID(),
    media_id: randomUUID(),
    tag_id: randomUUID(),
    task_id: randomUUID(),
    batch_id: randomUUID(),
    export_id: randomUUID(),
    user_id: of('other').id,
    email: `${of('viewer').id}@example.com`,
  }
  const session = newSessionToken()
  const batchId = ids.batch_id
  const storageKey = `items/${ids.dataset_id}/${batchId}/0`
  for (const key of [storageKey, thumbnailKey({ id: batchId, dataset_id: ids.dataset_id }, 0)]) {
    const file = join(place.dataFolder, 'media', key)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'not really a picture')
  }

  const transId = await db.transaction(async tx => {
    await tx.query(sql`
      insert into users (id, email, name, is_admin)
      select id, id || '@example.com', person, person = 'admin'
      from unnest(${users.map(user => user.id)}::uuid[], ${[...people]}::text[]) as u (id, person)`)
    await tx.query(sql`
      insert into api_keys (api_key, user_id, revoked_at)
      select api_key, user_id, case when user_id = ${of('revoked').id} then now() end
      from unnest(${users.map(user => user.apiKey)}::text[], ${users.map(user => user.id)}::uuid[])
        as k (api_key, user_id)`)
    await tx.query(sql`
      insert into sessions (token_hash, user_id, expires_at)
      values (${hashSessionToken(session)}, ${of('owner').id}, now() + interval '1 hour')`)
    await tx.query(sql`
      insert into datasets (id, display_name, owned_by, status, embedding_config, last_event_seq, n_images)
      values (${ids.dataset_id}, 'World', ${of('owner').id}, 'READY', '{}', 2, 1)`)
    await tx.query(sql`
      insert into dataset_members (dataset_id, user_id, role)
      select ${ids.dataset_id}, user_id, case when person in ('viewer', 'editor') then person else 'owner' end
      from unnest(${members.map(user => user.id)}::uuid[], ${members.map(user => user.person)}::text[])
        as m (user_id, person)`)
    await tx.query(sql`
      insert into batches (id, dataset_id, created_by, state, accepted_seq, accepted_at, evaluated_at)
      values (${batchId}, ${ids.dataset_id}, ${of('owner').id}, 'evaluated', 2, now(), now())`)
    await tx.query(sql`
      insert into items (id, dataset_id, batch_id, ordinal, kind, state, file_name, storage_key, format)
      values (${ids.media_id}, ${ids.dataset_id}, ${batchId}, 0, 'IMAGE', 'ready', 'a.png', ${storageKey}, 'png')`)
    await tx.query(
      sql`insert into tags (id, dataset_id, name) values (${ids.tag_id}, ${ids.dataset_id}, 'a tag')`,
    )
    await tx.query(sql`
      insert into tasks (id, dataset_id, batch_id, created_by, task_type, status)
      values (${ids.task_id}, ${ids.dataset_id}, ${batchId}, ${of('owner').id}, 'MEDIA_ADDITION', 'COMPLETED')`)
    // Its id is that of the task: the route's parameter has the documented name.
    await tx.query(sql`
      insert into metadata_fields (id, dataset_id, field_name, field_type)
      values (${ids.task_id}, ${ids.dataset_id}, 'a field', 'string')`)
    await tx.query(sql`
      insert into exports (id, dataset_id, file_name, include_images, entities_count)
      values (${ids.export_id}, ${ids.dataset_id}, 'a.zip', false, 1)`)
    await tx.query(sql`
      insert into views (id, dataset_id, name, created_by, entity_type, monitored_from_seq)
      values (${ids.view_id}, ${ids.dataset_id}, 'a view', ${of('owner').id}, 'IMAGES', 1)`)
    await tx.query(sql`
      with alert as (
        insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type,
          filters, matched, raised_at)
        values (${ids.view_id}, ${batchId}, ${ids.dataset_id}, 'a view', 'World', 1, 'IMAGES',
          '{"entity_type": "IMAGES", "threshold": "0", "caption": null, "vql": []}', '{0}', now())
        returning id)
      insert into notifications (id, user_id, alert_id, dataset_id, created_at)
      select n.id, user_id, alert.id, ${ids.dataset_id}, now()
      from alert, unnest(${members.map(user => user.notification)}::uuid[], ${members.map(user => user.id)}::uuid[])
        as n (id, user_id)`)
    const [open] = await tx.query<{ trans_id: number }>(sql`
      insert into batches (dataset_id, created_by, trans_id)
      values (${ids.dataset_id}, ${of('editor').id}, nextval('trans_id_seq')) returning trans_id`)
    return open!.trans_id
  })

  return {
    ids: { ...ids, trans_id: String(transId) },
    userIds: Object.fromEntries(users.map(({ person, id }) => [person, id])) as Record<Person, string>,
    notificationOf: who => (members.find(user => user.person === who) ?? of('owner')).notification,
    headersOf: (who): Record<string, string> =>
      who === 'anonymous' ? {} : { authorization: `Bearer ${of(who).token}` },
    ownersCookie: `SESSION=${session}`,
  }
}
