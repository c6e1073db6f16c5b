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
import { type Bits, setBit, tileItems, tileWords } from './bits.ts'
import type { Program } from './program.ts'

/** What the vectors of one model are compared with, in the order of the kernel's queries. */
interface Comparable {
  dims: number
  asked: { predicate: number; query: Float32Array; minCosine: number; bits: Bits }[]
  ms: number
}

/** Up to 32 rows that wait for the kernel: a word of each of its masks. */
type Word = { ordinals: Int32Array } & (
  | { first: number; all: number }
  /** Some items of the tile have no vector here, or belong to the tile before or after it. */
  | { first: undefined }
)

export class NearColumn {
  readonly #kernel: Kernel
  /** By model and length. */
  readonly #comparable = new Map<string, Comparable>()
  /** What the kernel holds. */
  #loaded: Comparable | undefined
  #rows = new Float32Array(0)
  #words: Word[] = []
  /** By predicate. */
  readonly #asked = new Map<number, Bits>()

  constructor(program: Program, kernel: Kernel = bestKernel()) {
    this.#kernel = kernel
    for (const [predicate, one] of program.predicates.entries()) {
      if (one.on !== 'near') continue
      const { model, vector } = program.queries[one.query]!
      const bits = new Uint32Array(tileWords)
      this.#asked.set(predicate, bits)
      const key = keyOf(model, vector.length)
      if (!this.#comparable.has(key)) this.#comparable.set(key, { dims: vector.length, asked: [], ms: 0 })
      this.#comparable.get(key)!.asked.push({ predicate, query: vector, minCosine: one.minCosine, bits })
    }
  }

  clear(): void {
    for (const bits of this.#asked.values()) bits.fill(0)
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
        if (this.#words.length === words) this.#compare(into, base)
      }
    this.#compare(into, base)
    charge()
    for (const comparable of this.#comparable.values()) {
      for (const { predicate } of comparable.asked) ms[predicate]! += comparable.ms / comparable.asked.length
      comparable.ms = 0
    }
  }

  #load(comparable: Comparable): void {
    const { dims, asked } = comparable
    const stride = strideOf(dims)
    const margin = uncertainty(dims)
    const queries = new Float32Array(asked.length * stride)
    for (const [i, { query }] of asked.entries()) queries.set(query, i * stride)
    this.#kernel.load(queries, stride)
    this.#rows = this.#kernel.rows(rowsAtOnce) as Float32Array<ArrayBuffer>
    for (const [i, { minCosine }] of asked.entries())
      this.#kernel.ranges.set([minCosine - margin, minCosine + margin], i * 2)
    this.#loaded = comparable
  }

  #add({ ordinals, vectors, dims }: StoredBytes, base: number): void {
    const rows = new Uint8Array(this.#rows.buffer, this.#rows.byteOffset, this.#rows.byteLength)
    const stride = strideOf(dims)
    for (
      let row = 0, to = this.#words.length * 32 * stride * 4;
      row < ordinals.length;
      row++, to += stride * 4
    )
      rows.set(vectors.subarray(row * dims * 4, (row + 1) * dims * 4), to)
    const first = ordinals[0]! - base
    const last = ordinals.length - 1
    const isRow = ordinals[last]! - ordinals[0]! === last && first >= 0 && first + last < tileItems
    if (isRow) this.#words.push({ ordinals, first, all: last === 31 ? -1 : (1 << (last + 1)) - 1 })
    else this.#words.push({ ordinals, first: undefined })
  }

  /** What waits. */
  #compare(into: Bits[], base: number): void {
    if (this.#words.length === 0) return
    const { asked: queries, dims } = this.#loaded!
    const stride = strideOf(dims)
    const { masks } = this.#kernel
    const waiting = this.#words
    for (let query = 0, at = asked; query < queries.length; query++) {
      const { bits } = queries[query]!
      for (let word = 0; word < words; word++, at += 3)
        masks[at] = word < waiting.length ? maskOf(waiting[word]!, base, bits) : 0
    }
    this.#kernel.compare(0)
    for (let i = 0; i < queries.length; i++) {
      const { predicate, query, minCosine } = queries[i]!
      for (let word = 0, at = i * words * 3; word < waiting.length; word++, at += 3) {
        let near = masks[at + passes]!
        for (let rest = masks[at + unsure]!; rest !== 0; rest &= rest - 1) {
          const n = lowestBit(rest)
          if (dot(query, this.#rows, 0, (word * 32 + n) * stride, dims) >= minCosine) near |= 1 << n
        }
        if (near !== 0) addTo(into[predicate]!, near, waiting[word]!, base)
      }
    }
    this.#words = []
  }
}

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

/** Names what can be compared. */
const keyOf = (model: string, dims: number) => `${dims} ${model}`

/** The bits of these ordinals. Most tiles have an item at each ordinal, so that theirs stand side by side. */
function maskOf(word: Word, base: number, bits: Bits): number {
  if (word.first !== undefined) {
    const { first, all } = word
    const shift = first & 31
    const low = bits[first >>> 5]! >>> shift
    const high = shift === 0 ? 0 : (bits[(first >>> 5) + 1] ?? 0) << (32 - shift)
    return (low | high) & all
  }
  let mask = 0
  for (const [n, ordinal] of word.ordinals.entries()) {
    const at = ordinal - base
    if (at >= 0 && at < tileItems && bits[at >>> 5]! & (1 << (at & 31))) mask |= 1 << n
  }
  return mask
}

/** The other way round: the items of these rows. */
function addTo(bits: Bits, near: number, { ordinals, first }: Word, base: number): void {
  if (first !== undefined) {
    const shift = first & 31
    bits[first >>> 5]! |= near << shift
    if (shift !== 0 && (first >>> 5) + 1 < tileWords) bits[(first >>> 5) + 1]! |= near >>> (32 - shift)
    return
  }
  for (let rest = near; rest !== 0; rest &= rest - 1) setBit(bits, ordinals[lowestBit(rest)]! - base)
}
