// An evaluation that fails leaves nothing behind: no statement that still runs, and nothing in the way of the next one.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import sql from 'sql-template-tag'
import { onPostgres } from '../../../test/support/database.ts'
import { until } from '../../../test/support/deadline.ts'
import { bare, openFilterMedia, view, watch } from '../../../test/support/filter-media.ts'
import { withSavepoint } from '../../db/database.ts'
import { createColumnarEvaluator } from './evaluator.ts'

const columnar = createColumnarEvaluator()
after(columnar.close)
const media = await openFilterMedia()

/** Rows that no thread can read. */
const broken = async () => [new Uint8Array([0, 9, 9, 9])]

test('an evaluation that fails says so, and the next one goes on', async () => {
  const batch = await media.insert([bare])
  const db = { query: media.db.query, copyOut: broken }
  await assert.rejects(columnar.count(db, batch, watch([view([])])), /The evaluator failed/)
  assert.equal((await columnar.count(media.db, batch, watch([view([])])))[0]!.count, 1)
})

test('what SQL counts meanwhile has ended when an evaluation fails, and what was before it is rolled back to', {
  skip: !onPostgres && 'the embedded engine has one connection, so nothing to hold up a statement',
}, async () => {
  const batch = await media.insert([bare])
  const gate = sql`select pg_advisory_lock(1)`
  const hasEnded: string[] = []
  const [isClosed, isOpen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = media.db.transaction(async holder => {
    await holder.query(gate)
    isClosed.resolve()
    await isOpen.promise
    await holder.query(sql`select pg_advisory_unlock(1)`)
  })
  await isClosed.promise
  const failing = media.db.transaction(async tx => {
    const evaluation = withSavepoint(tx, () =>
      columnar.count({ query: tx.query, copyOut: broken }, batch, watch([view([])]), async () => {
        await tx.query(sql`create temporary table meanwhile ()`)
        await tx.query(gate)
        hasEnded.push('what SQL counts')
      }),
    )
    await assert.rejects(evaluation, /The evaluator failed/)
    hasEnded.push('the evaluation')
    return tx.query(sql`select to_regclass('meanwhile') as left, pg_advisory_unlock(1) as held`)
  })
  const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  try {
    await until(async () => (await media.db.query(waiting)).length > 0, 'SQL waiting at the gate')
    // Each thread answers in turn: by now it has said that it failed.
    await columnar.count(media.db, batch, watch([view([{ labels: { op: 'is', value: ['car'] } }])]))
    assert.deepEqual(hasEnded, [])
  } finally {
    isOpen.resolve()
    await held
  }
  assert.deepEqual(await failing, [{ left: null, held: true }])
  assert.deepEqual(hasEnded, ['what SQL counts', 'the evaluation'])
})
