// Invariant: a stream with a cursor misses nothing and repeats nothing when batches commit concurrently. Only a real
// PostgreSQL has two connections to race.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import sql from 'sql-template-tag'
import type { Transaction } from '../src/db/database.ts'
import { raiseIn, seedDataset } from './support/alerts.ts'
import { testApp } from './support/app.ts'
import { onPostgres } from './support/database.ts'
import { until } from './support/deadline.ts'
import { openStream } from './support/stream.ts'

const options = { skip: onPostgres ? false : 'the embedded engine has one connection, so nothing to race' }

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user])

/** A transaction on a connection of its own, which the test commits when it wants. */
async function begin() {
  const client = new pg.Client({ connectionString: app.place.databaseUrl! })
  await client.connect()
  await client.query('begin')
  const pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid as number
  const tx: Transaction = {
    inTransaction: true,
    query: async <Row extends object>(statement: { text: string; values: unknown[] }) =>
      (await client.query<Row>(statement)).rows,
    copyOut: app.db.copyOut,
  }
  const end = (how: 'commit' | 'rollback') => client.query(how).finally(() => client.end())
  return { tx, pid, commit: () => end('commit'), rollback: () => end('rollback') }
}

const waitsForLock = async (pid: number): Promise<boolean> => {
  const [row] = await app.db.query<{ waits: boolean }>(sql`
    select wait_event_type = 'Lock' as waits from pg_stat_activity where pid = ${pid}`)
  return row?.waits ?? false
}

test('a batch that draws its numbers first and commits last is not lost', options, async () => {
  const live = await openStream(user)
  const first = await begin()
  const second = await begin()
  await raiseIn(first.tx, dataset, { viewName: 'drew first' }) // numbers drawn, not committed

  // Without the append lock the second would commit here, and a reader would pass over the first for ever.
  let secondCommitted = false
  const secondDone = raiseIn(second.tx, dataset, { viewName: 'drew second' }).then(async () => {
    await second.commit()
    secondCommitted = true
  })
  await until(
    async () => secondCommitted || (await waitsForLock(second.pid)),
    'the second batch committing or waiting',
  )
  await app.app.live.wake() // whatever is committed by now is read now
  await first.commit()
  await secondDone

  assert.deepEqual(await live.names(2), ['drew first', 'drew second'])
  const resumed = await openStream(user, '', { 'Last-Event-ID': live.opening.id! })
  assert.deepEqual(await resumed.names(2), ['drew first', 'drew second'])
  live.close()
  resumed.close()
})

test('a batch that is rolled back leaves a gap in the numbers and nothing on a stream', options, async () => {
  const live = await openStream(user)
  const failing = await begin()
  await raiseIn(failing.tx, dataset, { viewName: 'never happened' })
  await failing.rollback()
  await app.db.transaction(tx => raiseIn(tx, dataset, { viewName: 'happened' }))
  assert.deepEqual(await live.names(1), ['happened'])
  live.close()
})

test(
  'access that is revoked while a batch is being recorded takes its notifications along',
  options,
  async () => {
    const bob = await app.user('bob')
    await app.db.query(
      sql`insert into dataset_members (dataset_id, user_id, role) values (${dataset}, ${bob.id}, 'viewer')`,
    )
    const stream = await openStream(bob)
    const recording = await begin()
    await raiseIn(recording.tx, dataset, { viewName: 'not for bob any more' })

    const revoking = user.api(`/manage/${dataset}/share/${encodeURIComponent(bob.email)}`, {
      method: 'DELETE',
    })
    await until(async () => {
      const rows = await app.db.query(sql`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%dataset_members%'`)
      return rows.length > 0
    }, 'the revocation waiting for the batch')
    await recording.commit()
    assert.ok((await revoking).ok)

    const list = (await (await bob.api('/notifications')).json()) as { total: number }
    assert.equal(list.total, 0)
    assert.deepEqual(await app.db.query(sql`select seq from notifications where user_id = ${bob.id}`), [])
    stream.close()
  },
)

test('two workers that record the same batch raise its alerts once', options, async () => {
  const live = await openStream(user)
  const seeds = await Promise.all([begin(), begin()])
  const [batch] = await app.db.query<{ id: string }>(sql`
    insert into batches (dataset_id, state, accepted_seq) values (${dataset}, 'processed', 100) returning id`)
  await app.db.query(sql`
    insert into views (dataset_id, name, entity_type, monitored_from_seq) values (${dataset}, 'all', 'IMAGES', 1)`)
  await app.db.query(sql`
    insert into items (dataset_id, batch_id, ordinal, kind, state, file_name)
    values (${dataset}, ${batch!.id}, 0, 'IMAGE', 'ready', 'a.png')`)
  const { recordBatch } = await import('../src/monitoring/record.ts')
  const { appendNotifications } = await import('../src/notifications/append.ts')
  const outcomes = await Promise.all(
    seeds.map(async ({ tx, commit }) => {
      const recorded = await recordBatch(tx, batch!.id, app.app.evaluate)
      if (recorded) await appendNotifications(tx, recorded.datasetId, recorded.alertIds)
      await commit()
      return recorded
    }),
  )
  assert.equal(outcomes.filter(Boolean).length, 1)
  assert.deepEqual(await live.names(1), ['all'])
  const points = await app.db.query(
    sql`select count, cumulative from trend_points where batch_id = ${batch!.id}`,
  )
  assert.deepEqual(points, [{ count: 1, cumulative: 1 }])
  live.close()
})
