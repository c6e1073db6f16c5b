import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/seed.ts'
import { packOrdinals, stretchOrdinals, trimmed, unpackOrdinals } from './ordinals.ts'

const ordinals = fc
  .record({
    gaps: fc.array(
      fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40_000 })),
      {
        maxLength: 4000,
        size: 'max',
      },
    ),
  })
  .map(({ gaps }) => {
    let last = -1
    return gaps.map(gap => {
      last += gap
      return last
    })
  })

test('what was packed comes back, whole and by the page', () => {
  fc.assert(
    fc.property(ordinals, fc.nat(5000), fc.nat(100), (list, offset, limit) => {
      const packed = packOrdinals(list)
      assert.deepEqual(unpackOrdinals(packed), list)
      assert.deepEqual(unpackOrdinals(packed, offset, limit), list.slice(offset, offset + limit))
      assert.deepEqual(trimmed(Buffer.concat([packed, Buffer.from([0, 0])])), packed)
    }),
    { numRuns: 200 },
  )
})

test('dense and sparse lists are small', () => {
  const dense = Array.from({ length: 4 * stretchOrdinals }, (_, i) => i)
  assert.ok(packOrdinals(dense).length <= dense.length / 8 + 4 * 6)
  const sparse = dense.filter(ordinal => ordinal % 100 === 7)
  assert.ok(packOrdinals(sparse).length <= sparse.length + 4 * 6)
  assert.equal(packOrdinals([]).length, 0)
})
