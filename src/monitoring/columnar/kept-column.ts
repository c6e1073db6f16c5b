// A column of the items of one tile, kept to be asked again: whatever a view will ask, not only what one program asks.
import { type Bits, emptyBits, setBit } from './bits.ts'
import { Dictionary } from './dictionary.ts'
import { FieldColumn } from './field-column.ts'
import { Postings } from './postings.ts'
import { numberColumns, type Program } from './program.ts'
import { TextColumn } from './text-column.ts'
import { elements, type ReadColumn, readMicros, vector } from './tile.ts'

/** The items that there are, a column of `items`, or a field of the metadata as numbers or as texts. */
export type KeptName =
  | 'ordinals'
  | Exclude<Program['columns'][number], 'metadata'>
  | `number ${string}`
  | `text ${string}`

export type KeptColumn =
  | { is: 'ordinals'; bits: Bits }
  | { is: 'numbers'; values: Float64Array }
  | { is: 'terms'; dictionary: Dictionary; postings: Postings }
  | { is: 'texts'; texts: TextColumn }
  | { is: 'field'; field: FieldColumn }

export function namesAsked({ predicates, fields }: Program): KeptName[] {
  const names = new Set<KeptName>(['ordinals'])
  for (const predicate of predicates)
    switch (predicate.on) {
      case 'near':
        break
      case 'tags':
        names.add('tag_ids')
        break
      case 'words':
        names.add('text_search')
        break
      case 'number':
        names.add(predicate.column === 'uniqueness' ? 'nearest_likeness' : predicate.column)
        break
      case 'field number':
        names.add(`number ${fields[predicate.field]!}`)
        break
      case 'field text':
      case 'field instant':
        names.add(`text ${fields[predicate.field]!}`)
        break
      default:
        names.add(predicate.on)
    }
  return [...names]
}

export const emptyColumn = (name: KeptName, items: number): KeptColumn => {
  if (name === 'ordinals') return { is: 'ordinals', bits: emptyBits() }
  if (name === 'labels' || name === 'tag_ids' || name === 'text_search')
    return { is: 'terms', dictionary: new Dictionary(), postings: new Postings() }
  if (name === 'folder' || name === 'file_name') return { is: 'texts', texts: new TextColumn() }
  if ((numberColumns as readonly string[]).includes(name))
    return { is: 'numbers', values: new Float64Array(items).fill(Number.NaN) }
  const numbers = name.startsWith('number ')
  return { is: 'field', field: new FieldColumn({ numbers, texts: !numbers }, items) }
}

export function readerOf(name: KeptName, column: KeptColumn): ReadColumn {
  switch (column.is) {
    case 'ordinals':
      return (_bytes, _start, _end, item) => setBit(column.bits, item)
    case 'numbers':
      return name === 'created_at'
        ? (bytes, start, _, item) => {
            column.values[item] = readMicros(bytes, start)
          }
        : (bytes, start, _, item) => {
            column.values[item] = bytes.readDoubleBE(start)
          }
    case 'terms': {
      const { dictionary, postings } = column
      const terms = {
        find: (bytes: Uint8Array, start: number, end: number) => dictionary.add(bytes, start, end),
      }
      return name === 'text_search' ? vector(terms, postings) : elements(terms, postings)
    }
    case 'texts':
      return (bytes, start, end, item) => column.texts.add(bytes.toString('utf8', start, end), item)
    case 'field':
      // After the version of its binary form comes the text of a jsonb.
      return (bytes, start, end, item) => column.field.add(bytes, start + 1, end, item)
  }
}

/** After its last row. */
export function settle(column: KeptColumn): void {
  if (column.is === 'terms') {
    column.postings.turn(column.dictionary.size)
    column.postings.settle()
  } else if (column.is === 'texts') {
    column.texts.turn()
    column.texts.settle()
  } else if (column.is === 'field') {
    column.field.turn()
    column.field.settle()
  }
}

export function byteLength(column: KeptColumn): number {
  switch (column.is) {
    case 'ordinals':
      return column.bits.byteLength
    case 'numbers':
      return column.values.byteLength
    case 'terms':
      return column.dictionary.byteLength + column.postings.byteLength
    case 'texts':
      return column.texts.byteLength
    case 'field':
      return column.field.byteLength
  }
}
