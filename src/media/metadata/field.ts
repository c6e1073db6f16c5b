// Custom metadata as it is declared: a field has a name and a type, and its values keep to it.
import { readInstant } from '../../lib/instant.ts'
import { problems } from '../../lib/problems.ts'

export const fieldTypes = ['string', 'float', 'datetime', 'enum', 'link'] as const
export type FieldType = (typeof fieldTypes)[number]

export interface Field {
  field_name: string
  field_type: FieldType
  enum_options: string[] | null
  is_multi: boolean
}

/** Documented. */
const maxOptionLength = 20
const maxOptions = 1000
const maxNameLength = 200
const maxTextLength = 10_000

/** Throws `invalid` when the declaration makes no sense. */
export function fieldOf({ field_name, field_type, enum_options, is_multi }: Partial<Field>): Field {
  const name = (field_name ?? '').trim()
  if (name === '' || name.length > maxNameLength || /[\u0000-\u001f]/.test(name))
    throw problems.invalid(`Body field 'field_name' must have 1 to ${maxNameLength} plain characters.`)
  if (field_type !== 'enum')
    return { field_name: name, field_type: field_type!, enum_options: null, is_multi: false }
  const options = [...new Set(enum_options ?? [])]
  if (options.length === 0 || options.length > maxOptions)
    throw problems.invalid(`Body field 'enum_options' must have 1 to ${maxOptions} options.`)
  const bad = options.find(option => option.length === 0 || option.length > maxOptionLength)
  if (bad !== undefined)
    throw problems.invalid(
      `Body field 'enum_options' has '${bad.slice(0, 40)}'; an option has 1 to ${maxOptionLength} characters.`,
    )
  return { field_name: name, field_type, enum_options: options, is_multi: is_multi ?? false }
}

type Checked = { value: unknown } | { reason: string }

/** A value as it is kept, or why it is none. */
export function checkValue({ field_type, enum_options, is_multi }: Field, value: unknown): Checked {
  switch (field_type) {
    case 'float':
      return typeof value === 'number' ? { value } : { reason: 'Expected Float' }
    case 'datetime': {
      const instant = typeof value === 'string' ? readInstant(value, 'start') : undefined
      return instant === undefined ? { reason: 'Expected Datetime' } : { value: instant }
    }
    case 'link':
      return typeof value === 'string' && value.length <= maxTextLength && isLink(value) && isStorable(value)
        ? { value }
        : { reason: 'Expected Link' }
    case 'enum':
      return enumValue(value, enum_options!, is_multi)
    case 'string':
      if (typeof value !== 'string') return { reason: 'Expected String' }
      if (!isStorable(value)) return { reason: 'Expected no U+0000 and no half of a surrogate pair' }
      return value.length <= maxTextLength
        ? { value }
        : { reason: `Expected at most ${maxTextLength} characters` }
  }
}

/** PostgreSQL's JSON holds no other text, and one value that it refuses would take those beside it along. */
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()
const isLink = (text: string) => ['http:', 'https:', 'ftp:'].includes(URL.parse(text)?.protocol ?? '')

function enumValue(value: unknown, options: string[], isMulti: boolean): Checked {
  const isOption = (one: unknown) => options.includes(one as string)
  if (!isMulti) return isOption(value) ? { value } : { reason: 'Expected one of the enum_options' }
  const all = Array.isArray(value) ? value : [value]
  return all.length > 0 && all.every(isOption)
    ? { value: [...new Set(all)] }
    : { reason: 'Expected a list of the enum_options' }
}
