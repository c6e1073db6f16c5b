// A filter of a view, in the words of who reads why something matched.
import type { Reason } from '@belfry/client'
import { percentText } from './count.ts'

const listed = (value: unknown): string =>
  Array.isArray(value) ? value.map(one => (Array.isArray(one) ? '…' : String(one))).join(', ') : String(value)

const setWords: Record<string, string> = { is: '', one_of: '', is_not: 'not ', not_one_of: 'none of ' }
const pathWords: Record<string, string> = {
  one_of: '',
  contains: 'contains ',
  starts_with: 'starts with ',
  ends_with: 'ends with ',
}
type Fields = Record<string, unknown>

const words: Record<string, (filter: Fields) => string> = {
  text: ({ op, value }) => (op === 'semantic' ? `about “${value}”` : `text “${value}”`),
  labels: ({ op, value }) => `label ${setWords[String(op)] ?? ''}${listed(value)}`,
  tags: ({ op }) => `tag ${setWords[String(op)] ?? ''}`.trim(),
  issues: ({ value, mode }) => `${mode === 'out' ? 'not ' : ''}${String(value).replaceAll('_', ' ')}`,
  duplicates: ({ value }) => `a duplicate (${percentText(Number(value))} alike)`,
  uniqueness: ({ value }) => `unique (above ${percentText(Number(value))})`,
  similarity: () => 'like a picture',
  folders: ({ op, value }) => `folder ${pathWords[String(op)] ?? ''}${listed(value)}`,
  files: ({ op, value }) => `file ${pathWords[String(op)] ?? ''}${listed(value)}`,
  metadata: ({ field_name, op, value }) => `${field_name} ${op} ${listed(value)}`,
  created: ({ value }) => `added ${listed(value).replace(', ', ' to ')}`,
}

/** `label Food & Drink`, `bright 92%`. What a newer server filters by is named by its key. */
export function reasonText({ filter, score }: Reason): string {
  const [key, value] = Object.entries(filter).find(([name]) => name !== 'id') ?? ['', undefined]
  const said = sayFilter(key, value)
  return score === null ? said : `${said} ${percentText(score)}`
}

function sayFilter(key: string, value: unknown): string {
  if (key === 'caption') return `text “${value}”`
  if (key === 'entity_type') return `every one of the ${String(value).toLowerCase()}`
  if (key === 'any_of') return 'one of several conditions'
  if (key === 'not') return 'not a condition'
  return words[key]?.(value as Fields) ?? key
}
