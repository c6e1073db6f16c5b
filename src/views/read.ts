// Reading untrusted JSON: each function returns the value as what it must be, or throws `invalidFilter` with a sentence
// that starts with where it stands: "vql[2].labels.op …".
import { problems } from '../lib/problems.ts'

/** One filter names at most this many labels, tags, files …; they are one array parameter of the statement. */
export const maxValues = 1000
/** Longer than any label, path or metadata value that can be stored. */
export const maxValueLength = 1000

export const fault = (at: string, what: string) => problems.invalidFilter(`${at} ${what}`)

export type Fields = Record<string, unknown>

/** An object which has no other keys than these. */
export function readObject(value: unknown, at: string, keys?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(at, 'must be an object.')
  const unknown = keys && Object.keys(value).find(key => !keys.includes(key))
  if (unknown !== undefined)
    throw fault(at, `has the unknown key '${shorten(unknown)}'; it takes ${keys!.join(', ')}.`)
  return value as Fields
}

export function readArray(value: unknown, at: string, max: number): unknown[] {
  if (!Array.isArray(value)) throw fault(at, 'must be an array.')
  if (value.length === 0) throw fault(at, 'must not be empty.')
  if (value.length > max) throw fault(at, `has ${value.length} entries; at most ${max} are allowed.`)
  return value
}

export function readOneOf<Option extends string>(
  value: unknown,
  at: string,
  options: readonly Option[],
): Option {
  if (value === undefined) throw fault(at, `is required: one of ${options.join(', ')}.`)
  if (!options.includes(value as Option))
    throw fault(at, `must be one of ${options.join(', ')}${given(value)}.`)
  return value as Option
}

/** Text that PostgreSQL can hold. Empty text only where it means something. */
export function readText(value: unknown, at: string, { mayBeEmpty = false } = {}): string {
  if (typeof value !== 'string') throw fault(at, 'must be a string.')
  if (value === '' && !mayBeEmpty) throw fault(at, 'must not be empty.')
  if (value.length > maxValueLength)
    throw fault(at, `has ${value.length} characters; at most ${maxValueLength} are allowed.`)
  if (value.includes('\0') || !value.isWellFormed())
    throw fault(at, 'must not contain U+0000 or half of a surrogate pair.')
  return value
}

export const readTexts = (value: unknown, at: string, options = {}): string[] =>
  readArray(value, at, maxValues).map((text, i) => readText(text, `${at}[${i}]`, options))

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function readUuid(value: unknown, at: string): string {
  if (typeof value !== 'string' || !uuid.test(value)) throw fault(at, 'must be a UUID.')
  return value
}

export function readNumber(value: unknown, at: string, range?: { min: number; max: number }): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw fault(at, 'must be a finite number.')
  if (range && (value < range.min || value > range.max))
    throw fault(at, `must be from ${range.min} to ${range.max}, not ${value}.`)
  return value
}

/** Start and end of a range, both included. */
export function readPair(value: unknown, at: string): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) throw fault(at, 'must be an array of a start and an end.')
  return value as [unknown, unknown]
}

const given = (value: unknown): string => (typeof value === 'string' ? `, not '${shorten(value)}'` : '')

/** A refusal repeats what was sent only as far as one needs to recognise it. */
export const shorten = (text: string): string =>
  text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text
