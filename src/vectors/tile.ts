// Vectors as bytes: float32, little-endian, one after the other. Every machine this runs on is little-endian, so bytes
// and numbers are the same memory.

/** The vectors of some items of a batch, all of one kind and of one model. */
export interface Tile {
  kind: ItemKind
  model: string
  dims: number
  /** Within the batch, ascending. */
  ordinals: number[]
  vectors: Float32Array
}
export type ItemKind = 'IMAGE' | 'OBJECT' | 'VIDEO_FRAME'

/** Bounds a row, and what is lost when a process dies. */
export const maxTileItems = 1024

/** Splits what was embedded into tiles. */
export function tilesOf(
  model: string,
  kind: ItemKind,
  embedded: { ordinal: number; vector: Float32Array }[],
): Tile[] {
  const sorted = embedded.toSorted((a, b) => a.ordinal - b.ordinal)
  const tiles: Tile[] = []
  for (let start = 0; start < sorted.length; start += maxTileItems) {
    const items = sorted.slice(start, start + maxTileItems)
    const dims = items[0]!.vector.length
    const vectors = new Float32Array(items.length * dims)
    for (const [i, { vector }] of items.entries()) vectors.set(vector, i * dims)
    tiles.push({ kind, model, dims, ordinals: items.map(({ ordinal }) => ordinal), vectors })
  }
  return tiles
}

export const asBytes = (vectors: Float32Array): Buffer =>
  Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength)

/** A copy: drivers hand out slices of larger buffers, at any alignment. */
export const fromBytes = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer)

/** In place. Throws when there is no direction to keep. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0
  for (let i = 0; i < vector.length; i++) squares += vector[i]! ** 2
  const length = Math.sqrt(squares)
  if (!(length > 0 && length < Number.POSITIVE_INFINITY)) throw new Error('A vector has no direction.')
  for (let i = 0; i < vector.length; i++) vector[i]! /= length
  return vector
}

/** In double precision: of vectors of unit length their cosine. */
export function dot(a: Float32Array, b: Float32Array, aFrom = 0, bFrom = 0, dims = a.length): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < dims; i += 4) {
    s0 += a[aFrom + i]! * b[bFrom + i]!
    s1 += a[aFrom + i + 1]! * b[bFrom + i + 1]!
    s2 += a[aFrom + i + 2]! * b[bFrom + i + 2]!
    s3 += a[aFrom + i + 3]! * b[bFrom + i + 3]!
  }
  for (; i < dims; i++) s0 += a[aFrom + i]! * b[bFrom + i]!
  return s0 + s1 + s2 + s3
}
