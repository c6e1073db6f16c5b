// One view on batches of the past, in the evaluator's thread, over columns that are kept.
import type { Pages } from '../../db/copy-rows.ts'
import { type Bits, countBits, emptyBits, setBit } from './bits.ts'
import { narrow } from './expressions.ts'
import { type KeptName, namesAsked } from './kept-column.ts'
import type { KeptTiles, TileKey } from './kept-tiles.ts'
import { packColumns } from './pack-columns.ts'
import type { Packed } from './packed-column.ts'
import { evaluatePredicate } from './predicates.ts'
import type { Program } from './program.ts'

export interface PastTile extends TileKey {
  /** Ordinals that pass a predicate by vectors, which were compared before. */
  near: { predicate: number; ordinals: Int32Array }[]
}

/** What was missing: rows of `items`, to be packed, or columns that were stored. */
export type PastRows = { pack: KeptName[]; pages: Pages } | { stored: Pages }

export type PastAnswer =
  | { packed: Packed[] }
  | { missing: KeptName[] }
  /** `first` are the first ordinals that match. */
  | { count: number; first: number[] }

/** So many of a tile's matches are named: as many as a preview shows. */
export const maxFirst = 12

export function askPast(kept: KeptTiles, program: Program, tile: PastTile, rows?: PastRows): PastAnswer {
  if (rows && 'pack' in rows) return { packed: packColumns(tile, rows.pack, rows.pages) }
  if (rows) kept.take(tile, rows.stored)
  const missing = kept.missing(tile, namesAsked(program))
  if (missing.length > 0) return { missing }
  const { ordinals, columns } = kept.columns(tile, program)
  const found: Bits[] = program.predicates.map((predicate, i) => {
    const bits = emptyBits()
    if (predicate.on !== 'near') evaluatePredicate(predicate, columns, bits)
    else
      for (const near of tile.near)
        if (near.predicate === i) for (const ordinal of near.ordinals) setBit(bits, ordinal - tile.base)
    return bits
  })
  const bits = ordinals.slice()
  for (const expression of program.watches[0]!.where) narrow(bits, expression, found)
  kept.shrink()
  return { count: countBits(bits), first: firstOf(bits, tile.base) }
}

function firstOf(bits: Bits, base: number): number[] {
  const first: number[] = []
  for (let word = 0; word < bits.length; word++)
    for (let x = bits[word]!; x !== 0; x &= x - 1) {
      if (first.length === maxFirst) return first
      first.push(base + word * 32 + 31 - Math.clz32(x & -x))
    }
  return first
}
