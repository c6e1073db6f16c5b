import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'

const app = await testApp()

const ready = async () => {
  const answer = await fetch(`${app.url}/readyz`)
  return [answer.status, await answer.json()]
}

test('a server that runs is healthy and ready', async () => {
  const healthy = await fetch(`${app.url}/healthz`)
  assert.deepEqual([healthy.status, await healthy.json()], [200, { status: 'ok' }])
  assert.deepEqual(await ready(), [200, { status: 'ready' }])
})

test('a database that lacks a migration is not ready', async () => {
  await app.db.query(sql`update migrations set name = 'x' || name where name = '0001_init.sql'`)
  assert.deepEqual(await ready(), [
    503,
    {
      detail: 'Belfry cannot answer requests now: the database lacks 0001_init.sql. Try again soon.',
    },
  ])
  await app.db.query(sql`update migrations set name = '0001_init.sql' where name = 'x0001_init.sql'`)
  assert.deepEqual(await ready(), [200, { status: 'ready' }])
})

test('a database that hangs makes a server unready within a bound, but healthy', async () => {
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  // The embedded engine has one connection; on PostgreSQL the lock makes readers wait.
  const held = app.db.transaction(async tx => {
    await tx.query(sql`lock table migrations in access exclusive mode`)
    await released
  })
  const answers = await Promise.all([ready(), ready(), ready()])
  assert.deepEqual(
    answers.map(([status]) => status),
    [503, 503, 503],
  )
  assert.equal((await fetch(`${app.url}/healthz`)).status, 200)
  release()
  await held
  assert.equal((await ready())[0], 200)
})
