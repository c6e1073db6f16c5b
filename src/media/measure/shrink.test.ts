import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import '../../../test/support/optimized.ts'
import '../../../test/support/seed.ts'
import { assemble } from '../../../scripts/kernel.ts'
import { makeRoom } from './shrink.ts'
import { shrinkBytes } from './shrink-bytes.ts'

/** Never to a quarter or less, where libvips scales in two steps. */
const [maxSide, side] = [300, 100]
const room = makeRoom(maxSide, side)!

test('the bytes are those of the source', async () => {
  assert.deepEqual(Buffer.from(await assemble('media/measure/shrink')), shrinkBytes, "run 'npm run kernel'")
})

test('even of noise the pixels are those of libvips to four steps of 255, whatever the size, and what was there before', async () => {
  const length = fc.integer({ min: 20, max: maxSide })
  await fc.assert(
    fc.asyncProperty(length, length, fc.nat(), async (width, height, seed) => {
      let state = seed
      const pixels = Buffer.from(
        Uint8Array.from({ length: width * height * 3 }, () => {
          state = Math.imul(state, 1_103_515_245) + 12_345
          return state >>> 16
        }),
      )
      pixels.copy(room.pixels.fill(255))
      const own = room.shrink({ width, height })
      const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .raw()
        .toBuffer({ resolveWithObject: true })
      assert.deepEqual([own.width, own.height], [info.width, info.height])
      assert.equal(own.pixels.length, data.length)
      for (const [i, value] of data.entries())
        assert.ok(Math.abs(own.pixels[i]! - value) <= 4, `${own.pixels[i]} instead of ${value}`)
    }),
    { numRuns: 50 },
  )
})

test('a plain colour stays what it is', () => {
  for (const size of [
    { width: 300, height: 200 },
    { width: 65, height: 299 },
    { width: 300, height: 1 },
  ]) {
    for (let i = 0; i < size.width * size.height; i++) room.pixels.set([200, 100, 3], i * 3)
    const { pixels } = room.shrink(size)
    for (let i = 0; i < pixels.length; i += 3) assert.deepEqual([...pixels.subarray(i, i + 3)], [200, 100, 3])
  }
})
