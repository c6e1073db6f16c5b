// The columns of past batches that previews asked for, in the evaluator's thread: read once, asked while people type.
// What was used longest ago goes first.

import { startOfRows } from '../../db/copy-rows.ts'
import { type Bits, tileItems } from './bits.ts'
import { byteLength, emptyColumn, type KeptColumn, type KeptName, readerOf, settle } from './kept-column.ts'
import type { Columns, TermColumn } from './predicates.ts'
import type { Program } from './program.ts'
import { bytesOfTag } from './tile.ts'

/** Items of one kind in one tile of a batch, at one version of what is stored. */
export interface TileKey {
  batchId: string
  kind: string
  /** Its first ordinal. */
  base: number
  /** How many changes of the batch's items there were when it was asked about (migrations/0009_item_changes.sql). */
  version: number
  /** One more than the last ordinal of the batch. */
  end: number
}

interface Kept {
  version: number
  bytes: number
  column: KeptColumn
}

export class KeptTiles {
  readonly #maxBytes: number
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  missing(tile: TileKey, names: KeptName[]): KeptName[] {
    return names.filter(name => !((this.#kept.get(keyOf(tile, name))?.version ?? -1) >= tile.version))
  }

  /** Rows of a binary COPY: the ordinal, then the columns. */
  add(tile: TileKey, names: KeptName[], pages: Uint8Array<ArrayBuffer>[]): void {
    const items = Math.min(tileItems, Math.ceil((tile.end - tile.base) / 32) * 32)
    const columns = names.map(name => emptyColumn(name, items))
    const readers = columns.map((column, i) => readerOf(names[i]!, column))
    for (const page of pages) {
      const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
      for (let at = startOfRows(bytes); at < bytes.length; ) {
        if (bytes.readInt16BE(at) === -1) break // the end of the COPY
        const item = bytes.readInt32BE(at + 6) - tile.base
        at += 10
        for (const read of readers) {
          const length = bytes.readInt32BE(at)
          at += 4
          if (length < 0) continue
          read(bytes, at, at + length, item)
          at += length
        }
      }
    }
    for (const [i, column] of columns.entries()) {
      settle(column)
      this.#keep(keyOf(tile, names[i]!), { version: tile.version, bytes: byteLength(column), column })
    }
  }

  /** What a program asks about, none of which is missing. */
  columns(tile: TileKey, program: Program): { ordinals: Bits; columns: Columns } {
    const column = (name: KeptName) => this.#use(keyOf(tile, name))
    const terms = (name: KeptName, words: Uint8Array[]): TermColumn => ({
      orInto(bits, term) {
        const { dictionary, postings } = column(name) as KeptColumn & { is: 'terms' }
        const own = dictionary.find(words[term]!)
        if (own !== -1) postings.orInto(bits, own)
      },
    })
    const texts = (name: KeptName) => (column(name) as KeptColumn & { is: 'texts' }).texts
    const numbers = (name: KeptName) => (column(name) as KeptColumn & { is: 'numbers' }).values
    const field = (name: KeptName) => (column(name) as KeptColumn & { is: 'field' }).field
    return {
      ordinals: (column('ordinals') as KeptColumn & { is: 'ordinals' }).bits,
      columns: {
        labels: terms('labels', program.labels.map(asBytes)),
        tags: terms('tag_ids', program.tags.map(bytesOfTag)),
        lexemes: terms('text_search', program.lexemes.map(asBytes)),
        text: texts,
        numbers: name =>
          name === 'uniqueness' ? numbers('nearest_likeness').map(likeness => 1 - likeness) : numbers(name),
        fieldNumbers: index => field(`number ${program.fields[index]!}`),
        fieldTexts: index => field(`text ${program.fields[index]!}`),
      },
    }
  }

  /** After a tile was evaluated: what does not fit, however much one tile has. */
  shrink(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return
      this.#kept.delete(key)
      this.#bytes -= bytes
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#bytes += kept.bytes - (this.#kept.get(key)?.bytes ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
  }

  #use(key: string): KeptColumn {
    const kept = this.#kept.get(key)!
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.column
  }
}

const keyOf = ({ batchId, kind, base }: TileKey, name: KeptName): string =>
  `${batchId} ${kind} ${base} ${name}`

const asBytes = (text: string): Uint8Array => Buffer.from(text)
