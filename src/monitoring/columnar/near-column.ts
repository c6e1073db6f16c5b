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
import { rowsOf, type Stored } from '../../vectors/stored-rows.ts'
import { dot } from '../../vectors/tile.ts'
import { type Bits, emptyBits, setBit, tileItems } from './bits.ts'
import type { Program } from './program.ts'

interface Asked {
  predicate: number
  query: Float32Array
  minCosine: number
  /** The items that it is asked about. */
  bits: Bits
}

export class NearColumn {
  readonly #kernel: Kernel
  /** By model and length: what its vectors are compared with, in the order of the kernel's queries. */
  readonly #comparable = new Map<string, Asked[]>()
  /** What the kernel holds. */
  #loaded: Asked[] | undefined
  readonly #asked = new Map<number, Asked>()

  constructor(program: Program, kernel: Kernel = bestKernel()) {
    this.#kernel = kernel
    for (const [predicate, one] of program.predicates.entries()) {
      if (one.on !== 'near') continue
      const { model, vector } = program.queries[one.query]!
      const compared = { predicate, query: vector, minCosine: one.minCosine, bits: emptyBits() }
      this.#asked.set(predicate, compared)
      const key = keyOf(model, vector.length)
      if (!this.#comparable.has(key)) this.#comparable.set(key, [])
      this.#comparable.get(key)!.push(compared)
    }
  }

  clear(): void {
    for (const { bits } of this.#asked.values()) bits.fill(0)
  }

  /** To be filled with the items that the predicate is asked about. */
  asked(predicate: number): Bits {
    return this.#asked.get(predicate)!.bits
  }

  /** Rows of stored vectors; sets the bits of items that pass, for each predicate. */
  evaluate(page: Uint8Array<ArrayBuffer>, base: number, into: Bits[], ms: Float64Array): void {
    for (const stored of rowsOf(page)) {
      const compared = this.#comparable.get(keyOf(stored.name, stored.dims))
      if (compared) this.#compare(compared, stored, base, into, ms)
    }
  }

  #load(asked: Asked[], dims: number): void {
    const stride = strideOf(dims)
    const margin = uncertainty(dims)
    const queries = new Float32Array(asked.length * stride)
    for (const [i, { query }] of asked.entries()) queries.set(query, i * stride)
    this.#kernel.load(queries, stride)
    for (const [i, { minCosine }] of asked.entries())
      this.#kernel.ranges.set([minCosine - margin, minCosine + margin], i * 2)
    this.#loaded = asked
  }

  #compare(
    compared: Asked[],
    { ordinals, vectors, dims }: Stored,
    base: number,
    into: Bits[],
    ms: Float64Array,
  ): void {
    const begun = performance.now()
    if (this.#loaded !== compared) this.#load(compared, dims)
    const stride = strideOf(dims)
    const rows = this.#kernel.rows(ordinals.length)
    for (let row = 0; row < ordinals.length; row++)
      rows.set(vectors.subarray(row * dims, (row + 1) * dims), row * stride)
    for (let first = 0; first < ordinals.length; first += rowsAtOnce) {
      const { masks } = this.#kernel
      const places = Array.from({ length: words }, (_, word) =>
        ordinals.subarray(first + word * 32, first + word * 32 + 32),
      )
      let at = 0
      for (const { bits } of compared)
        for (const some of places) {
          masks[at + asked] = some.length === 0 ? 0 : maskOf(some, base, bits)
          at += 3
        }
      this.#kernel.compare(first)
      at = 0
      for (const { predicate, query, minCosine } of compared)
        for (const [word, some] of places.entries()) {
          let near = masks[at + passes]!
          for (let rest = masks[at + unsure]!; rest !== 0; rest &= rest - 1) {
            const n = lowestBit(rest)
            if (dot(query, vectors, 0, (first + word * 32 + n) * dims, dims) >= minCosine) near |= 1 << n
          }
          for (; near !== 0; near &= near - 1) setBit(into[predicate]!, some[lowestBit(near)]! - base)
          at += 3
        }
    }
    const each = (performance.now() - begun) / compared.length
    for (const { predicate } of compared) ms[predicate]! += each
  }
}

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

/** Names what can be compared. */
const keyOf = (model: string, dims: number) => `${dims} ${model}`

/** The bits of these ordinals. Most tiles have an item at each ordinal, so that theirs stand side by side. */
function maskOf(ordinals: Int32Array, base: number, bits: Bits): number {
  const first = ordinals[0]! - base
  const last = ordinals.length - 1
  if (ordinals[last]! - ordinals[0]! === last && first >= 0 && first + last < tileItems) {
    const shift = first & 31
    const low = bits[first >>> 5]! >>> shift
    const high = shift === 0 ? 0 : (bits[(first >>> 5) + 1] ?? 0) << (32 - shift)
    return (low | high) & (last === 31 ? -1 : (1 << (last + 1)) - 1)
  }
  let mask = 0
  for (let n = 0; n <= last; n++) {
    const at = ordinals[n]! - base
    if (at >= 0 && at < tileItems && bits[at >>> 5]! & (1 << (at & 31))) mask |= 1 << n
  }
  return mask
}
