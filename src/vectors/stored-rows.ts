// Tiles as a binary COPY sends them (src/db/copy-out.ts).
import { startOfRows } from '../db/copy-rows.ts'

export interface Stored {
  name: string
  ordinals: Int32Array<ArrayBuffer>
  vectors: Float32Array<ArrayBuffer>
  dims: number
}

/** Each row: a text that names it, `ordinals`, `vectors`. */
export function* rowsOf(page: Uint8Array<ArrayBuffer>): Generator<Stored> {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
  for (let at = startOfRows(bytes); at < bytes.length; ) {
    if (bytes.readInt16BE(at) === -1) return
    const nameEnd = at + 6 + bytes.readInt32BE(at + 2)
    const name = bytes.toString('utf8', at + 6, nameEnd)
    const ordinalsEnd = nameEnd + 4 + bytes.readInt32BE(nameEnd)
    const count = bytes.readInt32BE(nameEnd + 16)
    const ordinals = Int32Array.from({ length: count }, (_, i) => bytes.readInt32BE(nameEnd + 28 + i * 8))
    const vectorsEnd = ordinalsEnd + 4 + bytes.readInt32BE(ordinalsEnd)
    const copy = bytes.buffer.slice(bytes.byteOffset + ordinalsEnd + 4, bytes.byteOffset + vectorsEnd)
    const vectors = new Float32Array(copy)
    yield { name, ordinals, vectors, dims: vectors.length / count }
    at = vectorsEnd
  }
}
