// Belfry itself: the whole server in a process of its own, on PostgreSQL. Readers sign in with their own tokens; events
// are notifications which are appended, in the database, to what the members of a dataset are told. The publisher is
// this process, as the one that evaluates batches may be another than the one that holds the streams.
import { randomUUID } from 'node:crypto'
import sql from 'sql-template-tag'
import { newApiKey, readServerKey, secretOf } from '../../src/auth/credentials.ts'
import { openDatabase } from '../../src/db/open.ts'
import { appendNotifications } from '../../src/notifications/append.ts'
import { signToken } from '../../test/support/app.ts'
import { monotonicMs } from '../support/load.ts'
import type { Place } from '../support/places.ts'
import { serve } from '../support/server-process.ts'
import { viewName } from './event.ts'
import { type Audience, getRequest, type Rival } from './rival.ts'

export type World = Awaited<ReturnType<typeof makeWorld>>

/** As many users as streams, each with a key and a token. */
export async function makeWorld(place: Place, streams: number) {
  const db = await openDatabase(place)
  const serverKey = await readServerKey(place.dataFolder)
  const users = await Promise.all(
    Array.from({ length: streams }, async () => {
      const apiKey = newApiKey()
      return { id: randomUUID(), apiKey, token: await signToken(apiKey, secretOf(apiKey, serverKey)) }
    }),
  )
  const ids = users.map(({ id }) => id)
  await db.query(sql`
    insert into users (id, email, name) select id, id || '@example.com', 'reader' from unnest(${ids}::uuid[]) as id`)
  await db.query(sql`
    insert into api_keys (api_key, user_id)
    select * from unnest(${users.map(({ apiKey }) => apiKey)}::text[], ${ids}::uuid[])`)
  /** By how many members they have. */
  const datasets = new Map<number, string>()

  /** The dataset whose members are the first `members` users. */
  async function datasetOf(members: number): Promise<string> {
    const known = datasets.get(members)
    if (known) return known
    const id = randomUUID()
    await db.query(sql`
      insert into datasets (id, display_name, owned_by, status) values (${id}, 'Dataset', ${ids[0]}, 'READY')`)
    await db.query(sql`
      insert into dataset_members (dataset_id, user_id, role)
      select ${id}, user_id, 'viewer' from unnest(${ids.slice(0, members)}::uuid[]) as user_id`)
    await db.query(sql`analyze`)
    datasets.set(members, id)
    return id
  }

  return {
    place,
    db,
    tokens: users.map(({ token }) => token),
    /** One transaction that tells all of `members` of `alerts`; returns the moment at which its commit was sent. */
    async commit(members: number, alerts: number): Promise<number> {
      const dataset = await datasetOf(members)
      return db.transaction(async tx => {
        const raised = await tx.query<{ id: string }>(sql`
          insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
            matched, raised_at)
          select gen_random_uuid(), gen_random_uuid(), ${dataset}, ${viewName}, 'Dataset', 1, 'IMAGES', '{}', '{0}',
            clock_timestamp()
          from generate_series(1, ${alerts}::int) returning id`)
        await appendNotifications(
          tx,
          dataset,
          raised.map(({ id }) => id),
        )
        return monotonicMs()
      })
    },
    close: db.close,
  }
}

/** A folder in which each of Belfry's runs leaves a profile of its processor time. */
const profileFolder = process.env.BELFRY_BENCH_PROFILE
const nodeFlags = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : []

export const belfry = (world: World): Rival => ({
  name: 'Belfry',
  async start() {
    const server = await serve({ ...world.place, nodeFlags })
    return {
      port: server.port,
      pids: [server.pid],
      requests: (audience, streams) =>
        Array.from({ length: streams }, (_, i) => followRequest(world.tokens[audience === 'same' ? 0 : i]!)),
      publish: (audience: Audience, streams, events) =>
        world.commit(audience === 'same' ? 1 : streams, events),
      stop: server.stop,
    }
  },
})

const followRequest = (token: string): string =>
  getRequest('/api/v1/notifications/stream', { Authorization: `Bearer ${token}` })
