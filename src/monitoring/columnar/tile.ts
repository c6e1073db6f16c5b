// The items of one tile, read from the rows of a binary COPY into columns.
import { startOfRows } from '../../db/copy-rows.ts'
import { issueKinds } from '../../views/filter.ts'
import { type Bits, emptyBits, setBit, tileItems, tileWords } from './bits.ts'
import { FieldColumn } from './field-column.ts'
import { findFields } from './json-text.ts'
import { Postings } from './postings.ts'
import type { Columns } from './predicates.ts'
import { type Column, kinds, type NumberColumn, numberColumns, type Program } from './program.ts'
import { Terms } from './terms.ts'
import { TextColumn } from './text-column.ts'

/** What takes the value of one column of a row. */
export type ReadColumn = (bytes: Buffer, start: number, end: number, item: number) => void

export class Tile implements Columns {
  readonly ofKind: Bits[] = kinds.map(emptyBits)
  readonly labels = new Postings({ repeatedly: true })
  readonly tags = new Postings({ repeatedly: true })
  readonly lexemes = new Postings({ repeatedly: true })
  readonly #texts = { folder: new TextColumn(), file_name: new TextColumn() }
  readonly #numbers: Record<NumberColumn, Float64Array>
  readonly #fields: FieldColumn[]
  readonly #program: Program
  readonly #readers: ReadColumn[]
  items = 0

  constructor(program: Program) {
    this.#program = program
    const column = () => new Float64Array(tileItems)
    this.#numbers = Object.fromEntries(
      [...numberColumns, 'uniqueness'].map(name => [name, column()]),
    ) as Record<NumberColumn, Float64Array>
    this.#fields = program.fields.map((_, field) => {
      const asks = (on: string) =>
        program.predicates.some(one => one.on === on && (one as { field: number }).field === field)
      return new FieldColumn({
        numbers: asks('field number'),
        texts: asks('field text') || asks('field instant'),
      })
    })
    const readers = this.#columnReaders(program)
    this.#readers = program.columns.map(name => readers[name])
  }

  text(name: 'folder' | 'file_name'): TextColumn {
    return this.#texts[name]
  }
  numbers(name: NumberColumn): Float64Array {
    return this.#numbers[name]
  }
  fieldNumbers(field: number): FieldColumn {
    return this.#fields[field]!
  }
  fieldTexts(field: number): FieldColumn {
    return this.#fields[field]!
  }

  clear(): void {
    this.items = 0
    for (const bits of this.ofKind) bits.fill(0, 0, tileWords)
    for (const column of Object.values(this.#texts)) column.clear()
    for (const column of Object.values(this.#numbers)) column.fill(Number.NaN)
    for (const field of this.#fields) field.clear()
  }

  /** Whole rows; the first ordinal of the tile is `base`. */
  read(page: Uint8Array<ArrayBuffer>, base: number): void {
    const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
    for (let at = startOfRows(bytes); at < bytes.length; ) {
      const fields = bytes.readInt16BE(at)
      at += 2
      if (fields === -1) break // the end of the COPY
      const item = bytes.readInt32BE(at + 4) - base
      at += 8
      const kindBytes = bytes.readInt32BE(at)
      setBit(this.ofKind[kindOf(bytes[at + 4]!)]!, item)
      at += 4 + kindBytes
      for (const read of this.#readers) {
        const length = bytes.readInt32BE(at)
        at += 4
        if (length < 0) continue
        read(bytes, at, at + length, item)
        at += length
      }
      this.items++
    }
  }

  /** After the last row. */
  turn(): void {
    this.labels.turn(this.#program.labels.length)
    this.tags.turn(this.#program.tags.length)
    this.lexemes.turn(this.#program.lexemes.length)
    for (const column of Object.values(this.#texts)) column.turn()
    for (const field of this.#fields) field.turn()
  }

  #columnReaders({ labels, tags, lexemes, fields }: Program): Record<Column, ReadColumn> {
    const keys = new Terms(fields.map(field => Buffer.from(JSON.stringify(field))))
    const number =
      (column: Float64Array): ReadColumn =>
      (bytes, start, _, item) => {
        column[item] = bytes.readDoubleBE(start)
      }
    const text =
      (column: TextColumn): ReadColumn =>
      (bytes, start, end, item) =>
        column.add(bytes.toString('utf8', start, end), item)
    return {
      labels: elements(new Terms(labels.map(label => Buffer.from(label))), this.labels),
      tag_ids: elements(new Terms(tags.map(bytesOfTag)), this.tags),
      text_search: vector(new Terms(lexemes.map(lexeme => Buffer.from(lexeme))), this.lexemes),
      folder: text(this.#texts.folder),
      file_name: text(this.#texts.file_name),
      metadata: (bytes, start, end, item) =>
        findFields(bytes, start + 1, end, keys, (field, from, to) =>
          this.#fields[field]!.add(bytes, from, to, item),
        ),
      ...(Object.fromEntries(issueKinds.map(kind => [kind, number(this.#numbers[kind])])) as Record<
        (typeof issueKinds)[number],
        ReadColumn
      >),
      nearest_likeness: (bytes, start, _, item) => {
        const likeness = bytes.readDoubleBE(start)
        this.#numbers.nearest_likeness[item] = likeness
        this.#numbers.uniqueness[item] = 1 - likeness
      },
      created_at: (bytes, start, _, item) => {
        this.#numbers.created_at[item] = readMicros(bytes, start)
      },
    }
  }
}

export const bytesOfTag = (tag: string): Buffer => Buffer.from(tag.replaceAll('-', ''), 'hex')

export interface FindTerm {
  /** Its number, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number
}

/** timestamptz: microseconds since 2000. */
export const readMicros = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)

const kindOf = (initial: number): number => (initial === 0x49 ? 0 : initial === 0x4f ? 1 : 2)

/** array_send: dimensions, flags, type; then, unless it is empty, size and lower bound, and each element with its length. */
export const elements =
  (terms: FindTerm, postings: Postings): ReadColumn =>
  (bytes, start, end, item) => {
    for (let at = start + 20; at < end; ) {
      const length = bytes.readInt32BE(at)
      at += 4
      const term = terms.find(bytes, at, at + length)
      if (term !== -1) postings.add(term, item)
      at += length
    }
  }

/** tsvectorsend: how many; then each lexeme, a zero byte, how many positions, two bytes for each. */
export const vector =
  (terms: FindTerm, postings: Postings): ReadColumn =>
  (bytes, start, end, item) => {
    for (let at = start + 4; at < end; ) {
      let stop = at
      while (bytes[stop] !== 0) stop++
      const term = terms.find(bytes, at, stop)
      if (term !== -1) postings.add(term, item)
      at = stop + 3 + ((bytes[stop + 1]! << 8) | bytes[stop + 2]!) * 2
    }
  }
