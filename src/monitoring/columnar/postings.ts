// Which items of a tile have which term. Written while rows are read, then turned by term.
import { type Bits, emptyBits, orInto, setBit, tileWords } from './bits.ts'

/** From so many items on, a set of the whole tile costs less than its items one by one. */
const manyItems = tileWords / 2

/** The items of each term, one after the other, and where each term's start. */
export interface PostingsParts {
  starts: Int32Array<ArrayBuffer>
  byTerm: Uint16Array<ArrayBuffer>
}

export class Postings {
  /** Of terms that many items have, once they were asked for. */
  readonly #sets: Map<number, Bits> | undefined

  #terms = new Int32Array(4096)
  #items = new Uint16Array(4096)
  #length = 0
  #starts = new Int32Array(1)
  #byTerm = new Uint16Array(0)

  /** Asked `repeatedly`, it keeps sets of its frequent terms until it is filled again. */
  constructor({ repeatedly = false } = {}) {
    this.#sets = repeatedly ? new Map() : undefined
  }

  static of({ starts, byTerm }: PostingsParts): Postings {
    const postings = new Postings()
    postings.#starts = starts
    postings.#byTerm = byTerm
    postings.settle()
    return postings
  }

  get parts(): PostingsParts {
    return { starts: this.#starts, byTerm: this.#byTerm }
  }

  add(term: number, item: number): void {
    if (this.#length === this.#terms.length) this.#grow()
    this.#terms[this.#length] = term
    this.#items[this.#length++] = item
  }

  /** After the last `add` of a tile: `terms` is how many there are. */
  turn(terms: number): void {
    const starts = new Int32Array(terms + 1)
    for (let i = 0; i < this.#length; i++) starts[this.#terms[i]! + 1]!++
    for (let term = 0; term < terms; term++) starts[term + 1]! += starts[term]!
    const next = starts.slice()
    const byTerm = new Uint16Array(this.#length)
    for (let i = 0; i < this.#length; i++) byTerm[next[this.#terms[i]!]!++] = this.#items[i]!
    this.#starts = starts
    this.#byTerm = byTerm
    this.#length = 0
    this.#sets?.clear()
  }

  /** Adds the items that have the term. */
  orInto(bits: Bits, term: number): void {
    if (this.#sets && this.#starts[term + 1]! - this.#starts[term]! >= manyItems)
      orInto(bits, this.#setOf(term, this.#sets))
    else this.#addItems(bits, term)
  }

  #setOf(term: number, sets: Map<number, Bits>): Bits {
    let set = sets.get(term)
    if (!set) {
      set = emptyBits()
      this.#addItems(set, term)
      sets.set(term, set)
    }
    return set
  }

  #addItems(bits: Bits, term: number): void {
    for (let i = this.#starts[term]!; i < this.#starts[term + 1]!; i++) setBit(bits, this.#byTerm[i]!)
  }

  /** What is needed to read, after `turn`; nothing can be added any more. */
  settle(): void {
    this.#terms = new Int32Array(0)
    this.#items = new Uint16Array(0)
  }

  get byteLength(): number {
    return this.#byTerm.byteLength + this.#starts.byteLength
  }

  #grow(): void {
    const terms = new Int32Array(this.#length * 2)
    const items = new Uint16Array(this.#length * 2)
    terms.set(this.#terms)
    items.set(this.#items)
    this.#terms = terms
    this.#items = items
  }
}
