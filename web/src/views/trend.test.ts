import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsOf } from './trend.ts'

test('a batch that was not counted stands between those that were', () => {
  const at = (hour: number) => `2026-03-31T0${hour}:00:00.000000`
  const point = (hour: number) => ({
    timestamp: at(hour),
    batch_id: `${hour}`,
    count: hour,
    cumulative: hour,
  })
  const errors = [{ timestamp: at(2), batch_id: '2', reason: 'no model' }]
  assert.deepEqual(
    barsOf({ points: [point(1), point(3)], errors }).map(({ batch_id, count, reason }) => [
      batch_id,
      count,
      reason,
    ]),
    [
      ['1', 1, undefined],
      ['2', 0, 'no model'],
      ['3', 3, undefined],
    ],
  )
})
