import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { decodePlain, plainSize } from './jpeg.ts'

/** Waves, so that there is something to scale and nothing too fine for a JPEG. */
const [width, height] = [640, 480]
const pixels = Buffer.alloc(width * height * 3).map((_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
  return 128 + 100 * Math.sin(x / (9 + 4 * (i % 3))) * Math.cos(y / 14)
})
const picture = (): Sharp => sharp(pixels, { raw: { width, height, channels: 3 } })
const side = 256

test('only what needs nothing but decoding is decoded here', async () => {
  const plain = await picture().jpeg().toBuffer()
  assert.deepEqual(plainSize(plain), { width, height })
  const others = {
    progressive: picture().jpeg({ progressive: true }),
    grey: picture().toColourspace('b-w').jpeg(),
    cmyk: picture().toColourspace('cmyk').jpeg(),
    turned: picture().withMetadata({ orientation: 6 }).jpeg(),
    'with a profile': picture().withIccProfile('p3').jpeg(),
    png: picture().png(),
  }
  for (const [what, other] of Object.entries(others))
    assert.equal(plainSize(await other.toBuffer()), undefined, what)
  for (let length = 0; length < 700; length++) plainSize(plain.subarray(0, length)) // never throws
  const large = await picture().resize(1024, 768).jpeg().toBuffer()
  assert.equal(decodePlain(large, side), undefined)
})

test('it gives the pixels that libvips gives, and nothing of what is damaged', async () => {
  for (const [w, h] of [
    [width, height],
    [641, 479],
    [300, 1000],
    [1023, 3],
    [256, 100],
    [1, 1],
  ] as const) {
    const file = await picture().resize(w, h, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer()
    const own = decodePlain(file, side)
    assert.ok(own, 'it was decoded here')
    const theirs = await sharp(file)
      .raw()
      .toBuffer()
      .then(data =>
        sharp(data, { raw: { width: w, height: h, channels: 3 } })
          .resize(side, side, { fit: 'inside', withoutEnlargement: true })
          .raw()
          .toBuffer({ resolveWithObject: true }),
      )
    const { seen } = own
    assert.deepEqual([own.width, own.height], [w, h])
    assert.deepEqual([seen.width, seen.height], [theirs.info.width, theirs.info.height])
    assert.equal(seen.pixels.length, theirs.data.length)
    const difference =
      seen.pixels.reduce((sum, value, i) => sum + Math.abs(value - theirs.data[i]!), 0) / seen.pixels.length
    assert.ok(difference < 2, `${w} × ${h}: ${difference} of 255`)
  }
  const file = await picture().jpeg().toBuffer()
  assert.equal(decodePlain(file.subarray(0, file.length * 0.6), side), undefined)
})
