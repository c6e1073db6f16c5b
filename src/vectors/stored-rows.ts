// Tiles, or parts of them, as a binary COPY sends them (src/db/copy-out.ts).
import { startOfRows } from '../db/copy-rows.ts'

export interface StoredBytes {
  name: string
  ordinals: Int32Array<ArrayBuffer>
  /** Of the page itself, at any alignment. */
  vectors: Uint8Array<ArrayBuffer>
  dims: number
}

export interface Stored extends Omit<StoredBytes, 'vectors'> {
  vectors: Float32Array<ArrayBuffer>
}

/** Each row: a text that names it, `ordinals`, `vectors`. */
export function* rowsOf(page: Uint8Array<ArrayBuffer>): Generator<StoredBytes> {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
  for (let at = startOfRows(bytes); at < bytes.length; ) {
    if (bytes.readInt16BE(at) === -1) return
    const nameEnd = at + 6 + bytes.readInt32BE(at + 2)
    const name = bytes.toString('utf8', at + 6, nameEnd)
    const ordinalsEnd = nameEnd + 4 + bytes.readInt32BE(nameEnd)
    const count = bytes.readInt32BE(nameEnd + 16)
    const ordinals = new Int32Array(count)
    for (let i = 0; i < count; i++) ordinals[i] = bytes.readInt32BE(nameEnd + 28 + i * 8)
    const vectorsEnd = ordinalsEnd + 4 + bytes.readInt32BE(ordinalsEnd)
    const vectors = page.subarray(ordinalsEnd + 4, vectorsEnd)
    yield { name, ordinals, vectors, dims: vectors.length / 4 / count }
    at = vectorsEnd
  }
}

/** The same with numbers of its own. */
export function* copiesOf(page: Uint8Array<ArrayBuffer>): Generator<Stored> {
  for (const row of rowsOf(page)) yield { ...row, vectors: new Float32Array(row.vectors.slice().buffer) }
}
