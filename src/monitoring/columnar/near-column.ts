// Which items of a tile are near enough to what views compare with. The kernel says it in float32; what is within 1e-5 of
// the threshold is decided again in float64, by the very sum that the SQL form goes by.
import {
  asked,
  bestKernel,
  type Kernel,
  passes,
  rowsAtOnce,
  strideOf,
  uncertainty,
  unsure,
  words,
} from '../../vectors/kernel.ts'
import { rowsOf, type StoredBytes } from '../../vectors/stored-rows.ts'
import { dot } from '../../vectors/tile.ts'
import { type Bits, tileWords } from './bits.ts'
import type { Program } from './program.ts'
import { lowestBit, WaitingRows } from './waiting-rows.ts'

/** What the vectors of one model are compared with, in the order of the kernel's queries. */
interface Comparable {
  dims: number
  queries: { predicate: number; vector: Float32Array; minCosine: number }[]
  /** The items that each of them is asked about, one after the other and a word more, so that they are read in passing. */
  asked: Bits
  ms: number
}

export class NearColumn {
  readonly #kernel: Kernel
  /** By model and length. */
  readonly #comparable = new Map<string, Comparable>()
  /** What the kernel holds. */
  #loaded: Comparable | undefined
  #rows = new Float32Array(0)
  readonly #waiting = new WaitingRows()
  /** By predicate. */
  readonly #asked = new Map<number, Bits>()

  constructor(program: Program, kernel: Kernel = bestKernel()) {
    this.#kernel = kernel
    for (const [predicate, one] of program.predicates.entries()) {
      if (one.on !== 'near') continue
      const { model, vector } = program.queries[one.query]!
      const key = keyOf(model, vector.length)
      if (!this.#comparable.has(key))
        this.#comparable.set(key, { dims: vector.length, queries: [], asked: new Uint32Array(0), ms: 0 })
      this.#comparable.get(key)!.queries.push({ predicate, vector, minCosine: one.minCosine })
    }
    for (const comparable of this.#comparable.values()) {
      const asked = new Uint32Array(comparable.queries.length * tileWords + 1)
      comparable.asked = asked
      for (const [i, { predicate }] of comparable.queries.entries())
        this.#asked.set(predicate, asked.subarray(i * tileWords, (i + 1) * tileWords))
    }
  }

  clear(): void {
    for (const { asked } of this.#comparable.values()) asked.fill(0)
  }

  /** To be filled with the items that the predicate is asked about. */
  asked(predicate: number): Bits {
    return this.#asked.get(predicate)!
  }

  /** Rows of at most 32 stored vectors; sets the bits of items that pass, for each predicate. */
  evaluate(pages: Uint8Array<ArrayBuffer>[], base: number, into: Bits[], ms: Float64Array): void {
    let begun = performance.now()
    const charge = () => {
      const now = performance.now()
      if (this.#loaded) this.#loaded.ms += now - begun
      begun = now
    }
    for (const page of pages)
      for (const row of rowsOf(page)) {
        const comparable = this.#comparable.get(keyOf(row.name, row.dims))
        if (!comparable) continue
        if (this.#loaded !== comparable) {
          this.#compare(into, base)
          charge()
          this.#load(comparable)
        }
        this.#add(row, base)
        if (this.#waiting.count === words) this.#compare(into, base)
      }
    this.#compare(into, base)
    charge()
    for (const comparable of this.#comparable.values()) {
      for (const { predicate } of comparable.queries)
        ms[predicate]! += comparable.ms / comparable.queries.length
      comparable.ms = 0
    }
  }

  #load(comparable: Comparable): void {
    const { dims } = comparable
    const stride = strideOf(dims)
    const margin = uncertainty(dims)
    const queries = new Float32Array(comparable.queries.length * stride)
    for (const [i, { vector }] of comparable.queries.entries()) queries.set(vector, i * stride)
    this.#kernel.load(queries, stride)
    this.#rows = this.#kernel.rows(rowsAtOnce) as Float32Array<ArrayBuffer>
    for (const [i, { minCosine }] of comparable.queries.entries())
      this.#kernel.ranges.set([minCosine - margin, minCosine + margin], i * 2)
    this.#loaded = comparable
  }

  #add({ ordinals, vectors, dims }: StoredBytes, base: number): void {
    const rows = new Uint8Array(this.#rows.buffer, this.#rows.byteOffset, this.#rows.byteLength)
    const stride = strideOf(dims)
    const from = this.#waiting.count * 32 * stride * 4
    for (let row = 0; row < ordinals.length; row++)
      rows.set(vectors.subarray(row * dims * 4, (row + 1) * dims * 4), from + row * stride * 4)
    this.#waiting.add(ordinals, base)
  }

  /** What waits. */
  #compare(into: Bits[], base: number): void {
    const waiting = this.#waiting
    if (waiting.count === 0) return
    const { asked: bits, queries, dims } = this.#loaded!
    const stride = strideOf(dims)
    const { masks } = this.#kernel
    if (waiting.count < words) masks.fill(0)
    for (let query = 0; query < queries.length; query++)
      for (let word = 0, at = query * words * 3 + asked; word < waiting.count; word++, at += 3)
        masks[at] = waiting.maskOf(word, base, bits, query * tileWords)
    this.#kernel.compare(0)
    for (let at = 0; at < masks.length; at += 3) {
      let near = masks[at + passes]!
      const rest = masks[at + unsure]!
      if ((near | rest) === 0) continue
      const word = (at / 3) % words
      const { predicate, vector, minCosine } = queries[(at / 3 - word) / words]!
      for (let left = rest; left !== 0; left &= left - 1) {
        const n = lowestBit(left)
        if (dot(vector, this.#rows, 0, (word * 32 + n) * stride, dims) >= minCosine) near |= 1 << n
      }
      if (near !== 0) waiting.addTo(into[predicate]!, near, word, base)
    }
    waiting.count = 0
  }
}

/** Names what can be compared. */
const keyOf = (model: string, dims: number) => `${dims} ${model}`
