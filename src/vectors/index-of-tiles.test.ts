// The index beside the plainest way to ask the same: every vector, one after the other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tileIndex } from './index-of-tiles.ts'
import { plainKernel, simdKernel } from './kernel.ts'
import type { Stored } from './stored-rows.ts'
import { dot, toUnitLength } from './tile.ts'

const dims = 40
const tileItems = 50

/** A generator of its own, so that a failure repeats. */
function dice(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

/** Vectors around a few centres, as those of pictures are. */
function makeTiles(count: number, seed = 1) {
  const next = dice(seed)
  const centres = Array.from({ length: 12 }, () => Float32Array.from({ length: dims }, next))
  return Array.from({ length: count }, (_, tile): Stored => {
    const vectors = new Float32Array(tileItems * dims)
    for (let item = 0; item < tileItems; item++) {
      const centre = centres[(tile + item) % centres.length]!
      vectors.set(toUnitLength(centre.map(value => value + 0.4 * next())), item * dims)
    }
    const ordinals = Int32Array.from({ length: tileItems }, (_, item) => tile * 1000 + item * 3)
    return { name: `tile ${tile}`, dims, ordinals, vectors }
  })
}

const vectorsOf = ({ vectors, ordinals }: Stored) =>
  Array.from(ordinals, (ordinal, item) => ({
    ordinal,
    vector: vectors.slice(item * dims, (item + 1) * dims),
  }))

const kernels = Object.entries({ simd: simdKernel, plain: plainKernel })

for (const [name, kernel] of kernels)
  test(`search finds exactly what is near enough, with the ${name} kernel`, () => {
    const tiles = makeTiles(20)
    const keys = tiles.map(({ name }) => name)
    const index = tileIndex(2 ** 30, kernel())
    index.add(tiles)
    const all = tiles.flatMap(vectorsOf)
    for (const [i, { vector }] of all.slice(0, 30).entries()) {
      // The very cosine of another item, so that one stands exactly on the edge.
      const least = i % 2 === 0 ? 0.6 : dot(vector, all[(i * 37) % all.length]!.vector)
      const expected = all
        .map(other => ({ ordinal: other.ordinal, cosine: dot(vector, other.vector) }))
        .filter(({ cosine }) => cosine >= least)
      const { ordinals, cosines } = index.search(keys, vector, least, 1000)!
      assert.deepEqual(
        [...ordinals],
        expected.map(({ ordinal }) => ordinal),
      )
      assert.deepEqual(
        [...cosines],
        expected.map(({ cosine }) => cosine),
      )
      assert.equal(index.search(keys, vector, least, expected.length - 1), undefined, 'more than the limit')
      assert.equal(index.search(keys, vector, least, expected.length)!.ordinals.length, expected.length)
    }
    assert.equal(index.search(keys, all[0]!.vector, -1, 1000)!.ordinals.length, all.length)
  })

for (const [name, kernel] of kernels)
  test(`nearest finds exactly the nearest, with the ${name} kernel`, () => {
    const tiles = makeTiles(20)
    // Copies, so that some are equally near: the first of them count.
    for (const tile of tiles.slice(10)) tile.vectors.set(tiles[3]!.vectors.subarray(0, 15 * dims), 20 * dims)
    const keys = tiles.map(({ name }) => name)
    const index = tileIndex(2 ** 30, kernel())
    index.add(tiles)
    const all = tiles.flatMap(vectorsOf)
    for (const [of, count] of [
      [[tiles[3]!, tiles[11]!], 10],
      [[tiles[12]!], 1],
      [[tiles[0]!], all.length + 1],
    ] as const) {
      const names = of.map(({ name }) => name)
      const { items, starts, ordinals, cosines } = index.nearest(keys, names, count)
      const asking = of.flatMap(vectorsOf)
      assert.deepEqual(
        [...items],
        asking.map(({ ordinal }) => ordinal),
      )
      for (const [i, { vector }] of asking.entries()) {
        const expected = all
          .map(other => ({ ordinal: other.ordinal, cosine: dot(vector, other.vector) }))
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, count)
        assert.deepEqual(
          [...ordinals.slice(starts[i], starts[i + 1])],
          expected.map(({ ordinal }) => ordinal),
        )
        assert.deepEqual(
          [...cosines.slice(starts[i], starts[i + 1])],
          expected.map(({ cosine }) => cosine),
        )
      }
    }
  })

test('what was not used for longest is forgotten first, and named when it is asked for', () => {
  const tiles = makeTiles(4)
  const [a, b, c, d] = tiles.map(({ name }) => name) as [string, string, string, string]
  const query = tiles[0]!.vectors.slice(0, dims)
  const bytes = tiles[0]!.vectors.byteLength * 3.5 // three tiles and their ordinals
  const index = tileIndex(bytes)
  index.add(tiles.slice(0, 3))
  index.search([a], query, 0, 1000)
  index.add(tiles.slice(3))
  index.shrink()
  assert.deepEqual(index.missing([a, b, c, d]), [b])
})

test('vectors of another length are passed over, and tiles that are gone', () => {
  const [tile] = makeTiles(1)
  const index = tileIndex(2 ** 30)
  const other = new Float32Array(dims + 1)
  other[0] = 1
  index.add([tile!, { name: 'other', dims: dims + 1, ordinals: Int32Array.of(7), vectors: other }])
  const keys = [tile!.name, 'gone']
  assert.equal(index.search(keys, other, -1, 1000)!.ordinals.length, 0)
  assert.deepEqual([...index.nearest(keys, ['other'], 5).starts], [0, 0])
  assert.equal(index.nearest(keys, ['gone'], 5).items.length, 0)
})
