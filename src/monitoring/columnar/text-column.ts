// A column of texts: each distinct one is kept once and compared once, however many items have it.
import type { NameFilter } from '../../views/filter.ts'
import type { Bits } from './bits.ts'
import { Postings, type PostingsParts } from './postings.ts'

/** A string and its place in a map, beside its characters: about this much in V8. */
const bytesOfEntry = 64

export interface TextParts {
  texts: string[]
  postings: PostingsParts
}

export class TextColumn {
  #indexes = new Map<string, number>()
  #postings = new Postings()

  static of({ texts, postings }: TextParts): TextColumn {
    const column = new TextColumn()
    column.#indexes = new Map(texts.map((text, index) => [text, index]))
    column.#postings = Postings.of(postings)
    return column
  }

  get parts(): TextParts {
    return { texts: [...this.#indexes.keys()], postings: this.#postings.parts }
  }

  /** Before the first `add` of a tile. */
  clear(): void {
    this.#indexes = new Map()
  }

  add(text: string, item: number): void {
    let index = this.#indexes.get(text)
    if (index === undefined) {
      index = this.#indexes.size
      this.#indexes.set(text, index)
    }
    this.#postings.add(index, item)
  }

  /** After the last `add` of a tile. */
  turn(): void {
    this.#postings.turn(this.#indexes.size)
  }

  settle(): void {
    this.#postings.settle()
  }

  get byteLength(): number {
    let bytes = this.#postings.byteLength
    for (const text of this.#indexes.keys()) bytes += bytesOfEntry + text.length
    return bytes
  }

  /** Adds the items whose text passes. */
  orInto(bits: Bits, { op, value }: NameFilter): void {
    if (op === 'one_of') {
      for (const text of value) this.#orText(bits, this.#indexes.get(text))
      return
    }
    const passes = tests[op]
    this.orWhere(bits, text => passes(text, value))
  }

  orWhere(bits: Bits, passes: (text: string) => boolean): void {
    for (const [text, index] of this.#indexes) if (passes(text)) this.#orText(bits, index)
  }

  #orText(bits: Bits, index: number | undefined): void {
    if (index !== undefined) this.#postings.orInto(bits, index)
  }
}

// Both sides are well-formed, so that comparing UTF-16 units is comparing characters.
const tests = {
  contains: (text: string, part: string) => text.includes(part),
  starts_with: (text: string, part: string) => text.startsWith(part),
  ends_with: (text: string, part: string) => text.endsWith(part),
}
