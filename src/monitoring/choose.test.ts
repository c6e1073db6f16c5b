import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose } from './choose.ts'

const chosen = (items: number, views: number, near = 0) =>
  (['postgres', 'pglite'] as const).map(engine => choose('auto', { engine, items, views, near }).evaluator)

test('a few views are counted in SQL, many by columns, on both engines', () => {
  assert.deepEqual(chosen(100, 3), ['sql', 'sql'])
  assert.deepEqual(chosen(100_000, 1), ['sql', 'sql'])
  assert.deepEqual(chosen(10_000, 100), ['columnar', 'columnar'])
  assert.deepEqual(chosen(100_000, 10_000), ['columnar', 'columnar'])
  assert.deepEqual(chosen(20, 10_000), ['columnar', 'columnar'])
})

test('many vectors are for the columnar evaluator, however few the views', () => {
  assert.deepEqual(chosen(100, 1, 1), ['sql', 'sql'])
  assert.deepEqual(chosen(100_000, 10, 10), ['columnar', 'columnar'])
})

test('a setting overrides the rule, and both say why', () => {
  const size = { engine: 'postgres', items: 100_000, views: 10_000, near: 0 } as const
  assert.deepEqual(choose('sql', size), { evaluator: 'sql', reason: 'BELFRY_EVALUATOR is sql' })
  assert.match(
    choose('auto', size).reason,
    /^100000 items × 10000 views: expected \d+ ms columnar, \d+ ms in SQL$/,
  )
})
