// What the embedded engine answers to a COPY, in pieces of any size: rows go straight from its memory into pages.
import { protocol } from '@electric-sql/pglite'
import { type Pages, PagesOfRows } from './copy-rows.ts'

/** Each message: what it is, the length of the rest as an int4, the rest. */
const headerBytes = 5
const copyData = 0x64 // d

export class CopyAnswer {
  readonly #rows = new PagesOfRows()
  /** All other messages, which are few. */
  readonly #others: Uint8Array[] = []
  readonly #header = Buffer.alloc(headerBytes)
  #headerRead = 0
  /** Of the message whose header was read. */
  #left = 0

  /** What is given may be written over afterwards. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left === 0) {
        this.#header[this.#headerRead++] = bytes[at++]!
        if (this.#headerRead === headerBytes) this.#begin()
      } else {
        const part = bytes.subarray(at, at + this.#left)
        if (this.#header[0] === copyData) this.#rows.put(part)
        else this.#others.push(part.slice())
        this.#left -= part.length
        at += part.length
      }
    }
  }

  #begin(): void {
    this.#headerRead = 0
    this.#left = this.#header.readInt32BE(1) - 4
    if (this.#header[0] === copyData) this.#rows.begin(this.#left)
    else this.#others.push(Uint8Array.from(this.#header))
  }

  /** Throws what the engine refused. */
  end(): Pages {
    new protocol.Parser().parse(Buffer.concat(this.#others), message => {
      if (message instanceof protocol.messages.DatabaseError) throw message
    })
    return this.#rows.end()
  }
}
