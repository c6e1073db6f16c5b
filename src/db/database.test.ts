import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sql from 'sql-template-tag'
import { freshPlace, onPostgres, type TestPlace } from '../../test/support/database.ts'
import { until } from '../../test/support/stream.ts'
import type { Database } from './database.ts'
import { openDatabase } from './open.ts'

let place: TestPlace
let db: Database
before(async () => {
  place = await freshPlace()
  db = await openDatabase(place)
})
after(async () => {
  await db.close()
  await place.remove()
})

test('a refused statement does not mix up the answers to those beside it', async () => {
  for (let round = 0; round < 20; round++) {
    const [refused, first, second] = await Promise.allSettled([
      db.query(sql`select nothing from nowhere`),
      db.query(sql`select ${round}::int as n`),
      db.query(sql`select ${round}::int + 1 as n`),
    ])
    assert.equal(refused.status, 'rejected')
    assert.deepEqual(first, { status: 'fulfilled', value: [{ n: round }] })
    assert.deepEqual(second, { status: 'fulfilled', value: [{ n: round + 1 }] })
  }
})

test('nor does a transaction that fails', async () => {
  for (let round = 0; round < 20; round++) {
    const [failed, beside] = await Promise.allSettled([
      db.transaction(async tx => {
        await tx.query(sql`select 1`)
        await tx.query(sql`select nothing from nowhere`)
      }),
      db.query(sql`select ${round}::int as n`),
    ])
    assert.equal(failed.status, 'rejected')
    assert.deepEqual(beside, { status: 'fulfilled', value: [{ n: round }] })
  }
})

test('a connection that dies between two statements fails its transaction, and nothing else', {
  skip: !onPostgres && 'the embedded engine has no connection to lose',
}, async () => {
  const between = db.transaction(async tx => {
    const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await db.query(sql`select pg_terminate_backend(${pid})`)
    await until(
      async () => (await db.query(sql`select from pg_stat_activity where pid = ${pid}`)).length === 0,
      'the connection being gone',
    )
    await tx.query(sql`select 1`)
  })
  await assert.rejects(between)
  assert.deepEqual(await db.query(sql`select 1 as n`), [{ n: 1 }])
})
