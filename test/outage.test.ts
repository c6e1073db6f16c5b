// The connection that listens is cut while alerts are raised: the stream says so once, recovers, and misses nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from './support/alerts.ts'
import { testApp } from './support/app.ts'
import { onPostgres } from './support/database.ts'
import { until } from './support/deadline.ts'
import { openStream } from './support/stream.ts'

const options = { skip: onPostgres ? false : 'the embedded engine has no connection to lose' }

const app = await testApp({ env: { BELFRY_LOG_LEVEL: 'silent' } })
const user = await app.user('ann')
const dataset = await seedDataset(app, [user])

const listeners = () =>
  app.db.query<{ pid: number }>(sql`
    select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'`)

test('the listening connection is cut between alerts', options, async () => {
  const stream = await openStream(user)
  const expected: string[] = []
  const raise = async (viewName: string) => {
    expected.push(viewName)
    await raiseAlert(app, dataset, { viewName })
  }
  await raise('before')
  const [listener] = await listeners()
  assert.ok(listener)
  await app.db.query(sql`select pg_terminate_backend(${listener.pid})`)
  await raise('while nobody listens')
  await until(async () => {
    const [again] = await listeners()
    return again !== undefined && again.pid !== listener.pid
  }, 'a new listening connection')
  await raise('after')

  const got: string[] = []
  let errors = 0
  while (got.length < expected.length) {
    const block = await stream.nextBlock()
    if (block?.event === 'error') errors++
    if (block?.event === 'notification') got.push(JSON.parse(block.data).metadata.view_name)
  }
  assert.deepEqual(got, expected)
  assert.equal(errors, 1)
  stream.close()
})
