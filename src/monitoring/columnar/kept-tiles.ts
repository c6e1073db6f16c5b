// The columns of past batches that previews asked for, in the evaluator's thread: read once, asked while people type.
// What was used longest ago goes first.

import { type Pages, startOfRows } from '../../db/copy-rows.ts'
import type { Bits } from './bits.ts'
import { byteLength, type KeptColumn, type KeptName } from './kept-column.ts'
import { unpack } from './packed-column.ts'
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
  /** The same, for columns that follow from how alike items are. */
  likenessVersion: number
  /** One more than the last ordinal of the batch. */
  end: number
}

const likenessColumns = new Set<KeptName>([
  'nearest_likeness',
  'duplicates',
  'outliers',
  'mislabels',
  'label_outlier',
])
export const versionOf = ({ version, likenessVersion }: TileKey, name: KeptName): number =>
  likenessColumns.has(name) ? likenessVersion : version

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
    return names.filter(
      name => !((this.#kept.get(keyOf(tile, name))?.version ?? -1) >= versionOf(tile, name)),
    )
  }

  /**
   * Rows of a binary COPY (stored-columns.ts), of this tile and others: its batch, its first ordinal, the name of a column,
   * its version, what was packed.
   */
  take(tile: TileKey, pages: Pages): void {
    const batch = Buffer.from(tile.batchId.replaceAll('-', ''), 'hex')
    for (const page of pages) {
      const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
      for (let at = startOfRows(bytes); at < bytes.length; ) {
        if (bytes.readInt16BE(at) === -1) break // the end of the COPY
        const fields: Buffer[] = []
        at += 2
        for (let field = 0; field < 5; field++) {
          const end = at + 4 + bytes.readInt32BE(at)
          fields.push(bytes.subarray(at + 4, end))
          at = end
        }
        const [batchId, base, name, version, packed] = fields as [Buffer, Buffer, Buffer, Buffer, Buffer]
        if (base.readInt32BE() !== tile.base || !batchId.equals(batch)) continue
        const column = unpack(new Uint8Array(packed))
        this.#keep(keyOf(tile, name.toString() as KeptName), {
          version: Number(version.readBigInt64BE()),
          bytes: byteLength(column),
          column,
        })
      }
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
