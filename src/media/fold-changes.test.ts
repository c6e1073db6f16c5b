import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { onPostgres } from '../../test/support/database.ts'
import { seedBatch } from '../../test/support/items.ts'
import { untilWaiting } from '../../test/support/locks.ts'
import type { Queryable } from '../db/database.ts'
import { foldChanges } from './fold-changes.ts'

const app = await testApp()
const batch = await seedBatch(app, await seedDataset(app, [await app.user()]), [{}, {}])

const change = (db: Queryable) => db.query(sql`update items set labels = '{a}' where batch_id = ${batch}`)
/** The rows of the batch, and the changes they stand for. */
const noted = async () => {
  const [row] = await app.db.query<{ rows: number; changes: number }>(sql`
    select count(*) as rows, coalesce(sum(changes), 0) as changes from item_changes where batch_id = ${batch}`)
  return [row!.rows, row!.changes]
}
const onTwoConnections = { skip: !onPostgres && 'needs two connections' }

test('however often items change, a fold leaves one row, which counts on', async () => {
  for (let i = 0; i < 3; i++) await change(app.db)
  assert.deepEqual(await noted(), [3, 3])
  assert.equal(await foldChanges(app.db), 1)
  assert.deepEqual(await noted(), [1, 3])
  assert.equal(await foldChanges(app.db), 0)
  await change(app.db)
  assert.deepEqual(await noted(), [2, 4])
  await foldChanges(app.db)
  assert.deepEqual(await noted(), [1, 4])
})

test(
  'a change that is under way while others are folded is counted when it commits',
  onTwoConnections,
  async () => {
    const [, before] = await noted()
    for (let i = 0; i < 2; i++) await change(app.db)
    await app.db.transaction(async tx => {
      await change(tx)
      assert.equal(await foldChanges(app.db), 1)
    })
    assert.deepEqual(await noted(), [2, before! + 3])
  },
)

test('two folds at once count no change twice, and none is lost', onTwoConnections, async () => {
  for (let i = 0; i < 2; i++) await change(app.db)
  const [, changes] = await noted()
  let second: Promise<number> | undefined
  await app.db.transaction(async tx => {
    // As the first fold does, whose transaction is still open.
    await tx.query(sql`
      with gone as (delete from item_changes where batch_id = ${batch} returning changes)
      insert into item_changes (batch_id, changes) select ${batch}, sum(changes) from gone`)
    second = foldChanges(app.db)
    await untilWaiting(app.db)
  })
  assert.equal(await second!, 0)
  assert.deepEqual(await noted(), [1, changes])
})

test('a batch that somebody works on is left to the next time', onTwoConnections, async () => {
  for (let i = 0; i < 2; i++) await change(app.db)
  await app.db.transaction(async tx => {
    await tx.query(sql`select from batches where id = ${batch} for update`)
    assert.equal(await foldChanges(app.db), 0)
  })
  assert.equal(await foldChanges(app.db), 1)
})
