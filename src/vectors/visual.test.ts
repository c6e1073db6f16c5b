// The built-in descriptor on real pictures: copies stay near, other pictures do not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { emoji, picture } from '../../test/support/media.ts'
import type { Picture } from './embedder.ts'
import { dot } from './tile.ts'
import { visualEmbedder } from './visual.ts'

async function decode(image: Sharp): Promise<Picture> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, channels: info.channels as 1 | 3 }
}
const embed = async (...images: Sharp[]) => visualEmbedder.embedImages!(await Promise.all(images.map(decode)))
const animals = emoji.filter(({ category }) => category === 'Animals & Nature').slice(0, 40)
const originals = await Promise.all(animals.map(picture))

test('every vector has its length, also of what is plain, grey or tiny', async () => {
  const plain = (width: number, background: string) =>
    sharp({ create: { width, height: 3, channels: 3, background } })
  const images = [
    plain(1, 'white'),
    plain(5, 'black'),
    plain(300, 'red'),
    sharp(originals[0]).greyscale().toColourspace('b-w'),
  ]
  for (const vector of await embed(...images.map(image => image.png()))) {
    assert.equal(vector.length, visualEmbedder.dims)
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
  }
})

const copies: [string, number, (image: Sharp) => Sharp][] = [
  ['the same', 0.9999, image => image],
  ['re-encoded', 0.95, image => image.jpeg({ quality: 40 })],
  ['twice the size', 0.95, image => image.resize(128)],
  ['half as bright', 0.95, image => image.linear(0.5, 0)],
]
for (const [what, least, change] of copies)
  test(`a copy that is ${what} has a likeness of at least ${least}`, async () => {
    for (const original of originals) {
      const changed = sharp(
        await change(sharp(original).flatten({ background: 'white' }))
          .png()
          .toBuffer(),
      )
      const [a, b] = await embed(sharp(original), changed)
      assert.ok(dot(a!, b!) >= least, `${dot(a!, b!)}`)
    }
  })

test('pictures of different things are less alike than copies', async () => {
  const vectors = await embed(...originals.map(bytes => sharp(bytes)))
  const likeness = vectors.flatMap((a, i) => vectors.slice(i + 1).map(b => dot(a, b))).sort((a, b) => a - b)
  assert.ok(likeness[Math.floor(likeness.length * 0.5)]! < 0.6, `median ${likeness[likeness.length >> 1]}`)
  assert.ok(
    likeness[Math.floor(likeness.length * 0.98)]! < 0.95,
    `98 % ${likeness[Math.floor(likeness.length * 0.98)]}`,
  )
})
