// The words that views ask for, found by the bytes of what an item has: 1.2 million look-ups on 100,000 captions, most
// of which find nothing, so no string is made for them.

export class Terms {
  readonly size: number
  readonly #terms: Uint8Array[]
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(terms: Uint8Array[]) {
    this.size = terms.length
    this.#terms = terms
    const slots = 2 ** Math.ceil(Math.log2(terms.length * 2 + 2))
    this.#slots = new Int32Array(slots).fill(-1)
    this.#mask = slots - 1
    for (const [index, term] of terms.entries()) {
      let slot = hash(term, 0, term.length) & this.#mask
      while (this.#slots[slot] !== -1) slot = (slot + 1) & this.#mask
      this.#slots[slot] = index
    }
  }

  /** The index of the term that equals these bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hash(bytes, start, end) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const index = this.#slots[slot]!
      if (index === -1 || equals(this.#terms[index]!, bytes, start, end)) return index
    }
  }
}

/** FNV-1a. */
export function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let at = start; at < end; at++) h = Math.imul(h ^ bytes[at]!, 0x01000193)
  return h ^ (h >>> 15)
}

function equals(term: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (term.length !== end - start) return false
  for (let at = 0; at < term.length; at++) if (term[at] !== bytes[start + at]) return false
  return true
}
