import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelsOf, typed } from './values.ts'

test('cells: numbers, instants and labels by their form', () => {
  const cases: [string, string | number][] = [
    ['1', 1],
    ['-0.5', -0.5],
    ['1e3', 1000],
    ['007', '007'],
    ['1e999', '1e999'],
    ['12345678901234567890', '12345678901234567890'],
    ['0x10', '0x10'],
    ['NaN', 'NaN'],
    ['2024-02-29', '2024-02-29T00:00:00.000000'],
    ['2023-02-29', '2023-02-29'],
    ['2024-05-01T10:00:00.1234567Z', '2024-05-01T10:00:00.123456'],
    ['2024-05-01 00:30+0100', '2024-04-30T23:30:00.000000'],
    ['2024-05-01T25:00', '2024-05-01T25:00'],
    ['0000-01-01T00:00:00+01:00', '0000-01-01T00:00:00+01:00'],
    ['2024', 2024],
  ]
  for (const [cell, value] of cases) assert.equal(typed(cell), value, cell)
  assert.deepEqual(labelsOf('cat'), ['cat'])
  assert.deepEqual(labelsOf('[]'), [])
  assert.deepEqual(labelsOf(`["a, b", 'it\\'s', "\\u00fc",]`), ['a, b', "it's", 'ü'])
  assert.equal(labelsOf('[a]'), null)
  assert.equal(labelsOf(`["a" "b"]`), null)
  const began = performance.now()
  assert.equal(labelsOf(`["${'\\'.repeat(500_001)}]`), null)
  assert.ok(performance.now() - began < 5_000, 'in linear time')
})
