import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/optimized.ts'
import '../../test/support/seed.ts'
import { assemble } from '../../scripts/kernel.ts'
import { asked, type Kernel, passes, plainKernel, rowsAtOnce, simdKernel, unsure, words } from './kernel.ts'
import { kernelBytes } from './kernel-bytes.ts'
import { dot } from './tile.ts'

test('the bytes are those of the source', async () => {
  assert.deepEqual(Buffer.from(await assemble('vectors/kernel')), kernelBytes, "run 'npm run kernel'")
})

const numbers = (count: number) =>
  fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count })

for (const [name, start] of Object.entries({ simd: simdKernel, plain: plainKernel }))
  test(`the ${name} kernel passes what is above the range, is unsure within it, and answers only what is asked`, () => {
    const kernel: Kernel = start()
    const count = 3
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 6 })
          .chain(eights => fc.tuple(numbers(eights * 8 * count), numbers(eights * 8 * (32 + rowsAtOnce)))),
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 12, maxLength: 12 }),
        fc.float({ min: -1, max: 1, noNaN: true }),
        ([queries, rows], asks, middle) => {
          const stride = queries.length / count
          const [low, high] = [Math.fround(middle - 0.1), Math.fround(middle + 0.1)]
          kernel.load(Float32Array.from(queries), stride)
          kernel.rows(32 + rowsAtOnce).set(rows)
          kernel.ranges.set([low, high, low, high, low, high])
          for (const [i, mask] of asks.entries()) kernel.masks[i * 3 + asked] = mask
          kernel.compare(32)
          for (const [i, mask] of asks.entries()) {
            const [query, word] = [Math.floor(i / words), i % words]
            for (let n = 0; n < 32; n++) {
              const row = 32 + word * 32 + n
              const exact = dot(
                Float32Array.from(queries),
                Float32Array.from(rows),
                query * stride,
                row * stride,
                stride,
              )
              const is = (which: number) => ((kernel.masks[i * 3 + which]! >>> n) & 1) === 1
              if (((mask >>> n) & 1) === 0) assert.deepEqual([is(passes), is(unsure)], [false, false])
              else if (Math.abs(exact - low) > 1e-4 && Math.abs(exact - high) > 1e-4)
                assert.deepEqual([is(passes), is(unsure)], [exact > high, exact > low && exact < high])
            }
          }
        },
      ),
    )
  })

for (const [name, start] of Object.entries({ simd: simdKernel, plain: plainKernel }))
  test(`nothing of what the ${name} kernel held before gets into the next rows`, () => {
    const kernel: Kernel = start()
    kernel.load(new Float32Array(8 * 100).fill(Number.NaN), 8)
    kernel.rows(rowsAtOnce).fill(Number.NaN)
    kernel.load(new Float32Array(8), 8)
    kernel.rows(1).set([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) // two numbers short of the stride
    kernel.ranges.set([-1, -0.5])
    kernel.masks[asked] = 1
    kernel.compare(0)
    assert.equal(kernel.masks[passes], 1)
  })
