// A kept column as bytes, to be stored.
import { deserialize, serialize } from 'node:v8'
import { Dictionary, type DictionaryParts } from './dictionary.ts'
import { FieldColumn, type FieldParts } from './field-column.ts'
import type { KeptColumn, KeptName } from './kept-column.ts'
import { Postings, type PostingsParts } from './postings.ts'
import { TextColumn, type TextParts } from './text-column.ts'

/** Bytes of another format are as good as none: a change of what is below, or of what it calls, is a new number. */
export const packedFormat = 1

export interface Packed {
  name: KeptName
  bytes: Uint8Array<ArrayBuffer>
}

type Parts =
  | Extract<KeptColumn, { is: 'ordinals' | 'numbers' }>
  | { is: 'terms'; dictionary: DictionaryParts; postings: PostingsParts }
  | { is: 'texts'; texts: TextParts }
  | { is: 'field'; field: FieldParts }

function partsOf(column: KeptColumn): Parts {
  switch (column.is) {
    case 'ordinals':
      return column
    case 'numbers': // of an issue that is not measured there are none
      return column.values.every(Number.isNaN) ? { is: 'numbers', values: new Float64Array(0) } : column
    case 'terms':
      return { is: 'terms', dictionary: column.dictionary.parts, postings: column.postings.parts }
    case 'texts':
      return { is: 'texts', texts: column.texts.parts }
    case 'field':
      return { is: 'field', field: column.field.parts }
  }
}

export const pack = (column: KeptColumn): Uint8Array<ArrayBuffer> =>
  new Uint8Array(serialize(partsOf(column)))

export function unpack(bytes: Uint8Array): KeptColumn {
  const parts = deserialize(bytes) as Parts
  switch (parts.is) {
    case 'ordinals':
    case 'numbers':
      return parts
    case 'terms':
      return {
        is: 'terms',
        dictionary: Dictionary.of(parts.dictionary),
        postings: Postings.of(parts.postings),
      }
    case 'texts':
      return { is: 'texts', texts: TextColumn.of(parts.texts) }
    case 'field':
      return { is: 'field', field: FieldColumn.of(parts.field) }
  }
}
