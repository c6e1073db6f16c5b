import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sql from 'sql-template-tag'
import type { Database } from './database.ts'
import { openDatabase } from './open.ts'
import { vacuumDue } from './vacuum.ts'

let dataFolder: string
let db: Database
before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'belfry-vacuum-'))
  db = await openDatabase({ databaseUrl: null, dataFolder })
  await vacuumDue(db) // what the migrations left
})
after(async () => {
  await db.close()
  await rm(dataFolder, { recursive: true, force: true })
})

/** What was counted becomes visible at most once a second, unless it is asked for. */
const countNow = () => db.query(sql`select pg_stat_force_next_flush()`)

const deadRows = async () => {
  const [users] = await db.query<{ dead: number }>(sql`
    select n_dead_tup as dead from pg_stat_user_tables where relname = 'users'`)
  return users!.dead
}

test('a table is vacuumed once enough of it changed, and not again', async () => {
  await db.query(sql`
    insert into users (email, name) select n || '@example.com', 'reader' from generate_series(1, 100) n`)
  await db.query(sql`update users set name = 'writer'`)
  await countNow()
  assert.ok((await deadRows()) >= 100)
  assert.deepEqual(await vacuumDue(db), ['users'])
  assert.equal(await deadRows(), 0)
  assert.deepEqual(await vacuumDue(db), [])
})

test('a few changes wait', async () => {
  await db.query(sql`update users set name = 'reader' where email like '1_@%'`)
  await countNow()
  assert.deepEqual(await vacuumDue(db), [])
})
