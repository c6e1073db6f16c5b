// A program over the tiles of one batch, each on its own: counts of tiles add up, and packed ordinals follow each other.
import type { Pages } from '../../db/copy-rows.ts'
import { packStretch, stretchMaxBytes } from '../../lib/ordinals.ts'
import { type Bits, countBits, emptyBits, orInto, tileItems, tileWords } from './bits.ts'
import { narrow, predicatesOf } from './expressions.ts'
import { NearColumn } from './near-column.ts'
import { evaluatePredicate } from './predicates.ts'
import type { Expression, Program } from './program.ts'
import type { TilePages } from './read.ts'
import { Tile } from './tile.ts'

/** Ten thousand views match ten times as much. */
const firstPackedBytes = 2 ** 20

export interface TileCounts {
  tile: number
  /** Of each watch. */
  counts: Uint32Array<ArrayBuffer>
  ms: Float64Array<ArrayBuffer>
  /** One stretch for each watch that wants its ordinals, one after the other; `ends` is where that of each watch ends. */
  packed: Uint8Array<ArrayBuffer>
  ends: Uint32Array<ArrayBuffer>
}

export class Run {
  readonly #program: Program
  readonly #tile: Tile
  readonly #bits: Bits[]
  readonly #predicateMs: Float64Array
  /** Of each watch. */
  readonly #predicates: number[][]
  /** Of each predicate: how many watches share its time. */
  readonly #users: Uint32Array
  readonly #near: NearColumn | undefined
  /** What those watches ask besides, and which of their predicates are by vectors. */
  readonly #nearWatches: { kind: number; where: Expression[]; near: number[] }[]
  #packed = new Uint8Array(firstPackedBytes)

  constructor(program: Program) {
    this.#program = program
    this.#tile = new Tile(program)
    const all = new Uint32Array(program.predicates.length * tileWords)
    this.#bits = program.predicates.map((_, i) => all.subarray(i * tileWords, (i + 1) * tileWords))
    this.#predicateMs = new Float64Array(program.predicates.length)
    this.#predicates = program.watches.map(({ where }) => [...new Set(where.flatMap(predicatesOf))])
    this.#users = new Uint32Array(program.predicates.length)
    for (const used of this.#predicates) for (const predicate of used) this.#users[predicate]!++
    this.#near = program.queries.length > 0 ? new NearColumn(program) : undefined
    const isNear = (predicate: number) => program.predicates[predicate]!.on === 'near'
    this.#nearWatches = program.watches.flatMap(({ kind, where }) => {
      const near = where.flatMap(predicatesOf).filter(isNear)
      const others = where.filter(expression => !predicatesOf(expression).some(isNear))
      return near.length > 0 ? [{ kind, where: others, near }] : []
    })
  }

  count({ tile, items, vectors }: TilePages): TileCounts {
    const base = tile * tileItems
    this.#tile.clear()
    for (const page of items) this.#tile.read(page, base)
    this.#tile.turn()
    this.#evaluatePredicates()
    this.#evaluateNear(vectors, base)
    return { tile, ...this.#evaluateWatches() }
  }

  #evaluatePredicates(): void {
    let begun = performance.now()
    for (const [i, predicate] of this.#program.predicates.entries()) {
      const bits = this.#bits[i]!
      bits.fill(0)
      this.#predicateMs[i] = 0
      if (predicate.on === 'near') continue
      evaluatePredicate(predicate, this.#tile, bits)
      const now = performance.now()
      this.#predicateMs[i] = now - begun
      begun = now
    }
  }

  /** Last, and only for items which pass everything else that a view asks. */
  #evaluateNear(vectors: Pages, base: number): void {
    if (this.#near === undefined) return
    this.#near.clear()
    const bits = emptyBits()
    for (const { kind, where, near } of this.#nearWatches) {
      bits.set(this.#tile.ofKind[kind]!)
      for (const expression of where) narrow(bits, expression, this.#bits)
      for (const predicate of near) orInto(this.#near.asked(predicate), bits)
    }
    this.#near.evaluate(vectors, base, this.#bits, this.#predicateMs)
  }

  #evaluateWatches(): Omit<TileCounts, 'tile'> {
    const { watches } = this.#program
    const counts = new Uint32Array(watches.length)
    const ms = new Float64Array(watches.length)
    const ends = new Uint32Array(watches.length)
    const bits = emptyBits()
    let used = 0
    let begun = performance.now()
    for (const [i, { kind, where, matches }] of watches.entries()) {
      bits.set(this.#tile.ofKind[kind]!)
      for (const expression of where) narrow(bits, expression, this.#bits)
      counts[i] = countBits(bits)
      if (matches) used = packStretch(bits, counts[i]!, this.#roomAt(used), used)
      ends[i] = used
      const now = performance.now()
      ms[i] = now - begun + this.#predicateMsOf(i)
      begun = now
    }
    return { counts, ms, packed: this.#packed.slice(0, used), ends }
  }

  #roomAt(used: number): Uint8Array {
    if (used + stretchMaxBytes > this.#packed.length) {
      const larger = new Uint8Array(this.#packed.length * 2)
      larger.set(this.#packed)
      this.#packed = larger
    }
    return this.#packed
  }

  #predicateMsOf(watch: number): number {
    let ms = 0
    for (const predicate of this.#predicates[watch]!)
      ms += this.#predicateMs[predicate]! / this.#users[predicate]!
    return ms
  }
}
