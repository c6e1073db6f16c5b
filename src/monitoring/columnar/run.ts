// A program over the tiles of one batch: counts add up, ordinals are packed, tile by tile, and each predicate's time is
// shared among the views that have it.
import type { Pages } from '../../db/copy-rows.ts'
import { packStretch, stretchMaxBytes } from '../../lib/ordinals.ts'
import { type Bits, countBits, emptyBits, orInto, tileItems, tileWords } from './bits.ts'
import { narrow, predicatesOf } from './expressions.ts'
import { NearColumn } from './near-column.ts'
import { evaluatePredicate } from './predicates.ts'
import type { Expression, Program } from './program.ts'
import type { TilePages } from './read.ts'
import { Tile } from './tile.ts'

export interface Outcome {
  /** Of each watch. */
  counts: Uint32Array
  ms: Float64Array
  /** Packed ordinals of the watches that want them, one after the other; `ends` is where each ends. */
  matches: Uint8Array<ArrayBuffer>
  ends: Float64Array
}

/** What a run found on some of the tiles, for the run that has the others. */
export interface Share {
  tiles: number[]
  counts: Uint32Array
  ms: Float64Array
  /** Of each tile and watch, one after the other: how many bytes of `matches` are its packed ordinals. */
  lengths: Uint32Array
  matches: Uint8Array<ArrayBuffer>
}

export class Run {
  readonly #program: Program
  readonly #tile: Tile
  readonly #bits: Bits[]
  readonly #predicateMs: Float64Array
  readonly #counts: Uint32Array
  readonly #ms: Float64Array
  /** Of each watch, by tile. */
  readonly #packed: Uint8Array[][]
  readonly #near: NearColumn | undefined
  /** What those watches ask besides, and which of their predicates are by vectors. */
  readonly #nearWatches: { kind: number; where: Expression[]; near: number[] }[]
  readonly #tiles: number[] = []

  constructor(program: Program) {
    this.#program = program
    this.#tile = new Tile(program)
    const all = new Uint32Array(program.predicates.length * tileWords)
    this.#bits = program.predicates.map((_, i) => all.subarray(i * tileWords, (i + 1) * tileWords))
    this.#predicateMs = new Float64Array(program.predicates.length)
    this.#counts = new Uint32Array(program.watches.length)
    this.#ms = new Float64Array(program.watches.length)
    this.#packed = program.watches.map(() => [])
    this.#near = program.queries.length > 0 ? new NearColumn(program) : undefined
    const isNear = (predicate: number) => program.predicates[predicate]!.on === 'near'
    this.#nearWatches = program.watches.flatMap(({ kind, where }) => {
      const near = where.flatMap(predicatesOf).filter(isNear)
      const others = where.filter(expression => !predicatesOf(expression).some(isNear))
      return near.length > 0 ? [{ kind, where: others, near }] : []
    })
  }

  /** The rows of one tile. */
  take({ tile, items, vectors }: TilePages): void {
    const base = tile * tileItems
    this.#tile.clear()
    for (const page of items) this.#tile.read(page, base)
    this.#tile.turn()
    this.#tiles.push(tile)
    this.#evaluatePredicates()
    this.#evaluateNear(vectors, base)
    this.#evaluateWatches(tile)
  }

  #evaluatePredicates(): void {
    let begun = performance.now()
    for (const [i, predicate] of this.#program.predicates.entries()) {
      const bits = this.#bits[i]!
      bits.fill(0)
      if (predicate.on === 'near') continue
      evaluatePredicate(predicate, this.#tile, bits)
      const now = performance.now()
      this.#predicateMs[i]! += now - begun
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

  #evaluateWatches(tile: number): void {
    const { watches } = this.#program
    const bits = emptyBits()
    let page = new Uint8Array(stretchMaxBytes * 64)
    let used = 0
    let begun = performance.now()
    for (const [i, { kind, where, matches }] of watches.entries()) {
      bits.set(this.#tile.ofKind[kind]!)
      for (const expression of where) narrow(bits, expression, this.#bits)
      const count = countBits(bits)
      this.#counts[i]! += count
      if (matches) {
        if (used + stretchMaxBytes > page.length) {
          page = new Uint8Array(stretchMaxBytes * 64)
          used = 0
        }
        const end = packStretch(bits, count, page, used)
        this.#packed[i]![tile] = page.subarray(used, end)
        used = end
      }
      const now = performance.now()
      this.#ms[i]! += now - begun
      begun = now
    }
  }

  share(): Share {
    this.#shareMs()
    const parts = this.#tiles.flatMap(tile => this.#packed.map(own => own[tile] ?? nothing))
    const lengths = Uint32Array.from(parts, part => part.length)
    return {
      tiles: this.#tiles,
      counts: this.#counts,
      ms: this.#ms,
      lengths,
      matches: concatenated(parts),
    }
  }

  adopt({ tiles, counts, ms, lengths, matches }: Share): void {
    let at = 0
    for (const [t, tile] of tiles.entries())
      for (const [i, own] of this.#packed.entries()) {
        const length = lengths[t * this.#packed.length + i]!
        if (length > 0) own[tile] = matches.subarray(at, at + length)
        at += length
      }
    for (const [i, count] of counts.entries()) {
      this.#counts[i]! += count
      this.#ms[i]! += ms[i]!
    }
  }

  finish(): Outcome {
    this.#shareMs()
    const ends = new Float64Array(this.#packed.length)
    let bytes = 0
    for (const [i, parts] of this.#packed.entries()) {
      while (parts.at(-1)?.[0] === 0) parts.pop() // nothing matched there: equal lists have equal bytes
      for (const part of parts) bytes += part.length
      ends[i] = bytes
    }
    const matches = concatenated(this.#packed.flat())
    return { counts: this.#counts, ms: this.#ms, matches, ends }
  }

  #shareMs(): void {
    const users = new Uint32Array(this.#program.predicates.length)
    const perWatch = this.#program.watches.map(({ where }) => new Set(where.flatMap(predicatesOf)))
    for (const used of perWatch) for (const predicate of used) users[predicate]!++
    for (const [i, used] of perWatch.entries())
      for (const predicate of used) this.#ms[i]! += this.#predicateMs[predicate]! / users[predicate]!
  }
}

const nothing = new Uint8Array(0)

function concatenated(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((bytes, { length }) => bytes + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
