// The words of one column of one tile, numbered as they come; their bytes stand side by side, as there are many.
import { hash } from './terms.ts'

const firstSlots = 64

/** The words, and where each ends. */
export interface DictionaryParts {
  bytes: Uint8Array
  ends: Uint32Array
}

export class Dictionary {
  size = 0
  #bytes = new Uint8Array(256)
  /** Where each word ends. */
  #ends = new Uint32Array(firstSlots / 2)
  #slots = new Int32Array(firstSlots).fill(-1)

  static of({ bytes, ends }: DictionaryParts): Dictionary {
    const dictionary = new Dictionary()
    for (const [i, end] of ends.entries()) dictionary.add(bytes, ends[i - 1] ?? 0, end)
    return dictionary
  }

  get parts(): DictionaryParts {
    const ends = this.#ends.subarray(0, this.size)
    return { bytes: this.#bytes.subarray(0, ends.at(-1) ?? 0), ends }
  }

  /** The number of the word, which is new or known. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const slot = this.#slotOf(bytes, start, end)
    if (this.#slots[slot] !== -1) return this.#slots[slot]!
    const index = this.size++
    this.#slots[slot] = index
    this.#write(index, bytes, start, end)
    if (this.size * 2 === this.#slots.length) this.#grow()
    return index
  }

  /** The number of the word, or -1. */
  find(word: Uint8Array): number {
    return this.#slots[this.#slotOf(word, 0, word.length)]!
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#ends.byteLength + this.#slots.byteLength
  }

  /** Where the word stands, or would stand. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]!
      if (index === -1 || this.#equals(index, bytes, start, end)) return slot
    }
  }

  #equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(index)
    if (this.#ends[index]! - from !== end - start) return false
    for (let at = start; at < end; at++) if (this.#bytes[from + at - start] !== bytes[at]) return false
    return true
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]!
  }

  #write(index: number, bytes: Uint8Array, start: number, end: number): void {
    const from = this.#startOf(index)
    const needed = from + end - start
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    for (let at = start; at < end; at++) this.#bytes[from + at - start] = bytes[at]!
    this.#ends[index] = needed
  }

  #grow(): void {
    const slots = this.#slots.length * 2
    const ends = new Uint32Array(slots / 2)
    ends.set(this.#ends)
    this.#ends = ends
    this.#slots = new Int32Array(slots).fill(-1)
    for (let index = 0; index < this.size; index++) {
      const from = this.#startOf(index)
      const slot = this.#slotOf(this.#bytes, from, this.#ends[index]!)
      this.#slots[slot] = index
    }
  }
}
