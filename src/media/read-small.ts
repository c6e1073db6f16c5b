// Most files are small: what fits into memory is written in one piece, and in the background.
import { Readable } from 'node:stream'

/** The whole body if it is at most `maxBytes` long, give or take a chunk, else a stream of all of it. */
export async function readSmall(body: Readable, maxBytes: number): Promise<Buffer | Readable> {
  const chunks: Buffer[] = []
  const rest = body[Symbol.asyncIterator]()
  for (let bytes = 0; bytes <= maxBytes; bytes += chunks.at(-1)!.length) {
    const { value, done } = await rest.next()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
  }
  return Readable.from(
    (async function* () {
      yield* chunks
      yield* { [Symbol.asyncIterator]: () => rest }
    })(),
    { objectMode: false },
  )
}
