// What a filter means, said a second time in the plainest way: one item in memory, one condition after the other. The
// SQL that is compiled from the same filter must agree.
import type { MetadataFilter, NameFilter, SetFilter, ViewFilter, VqlItem } from '../../src/views/filter.ts'

export interface NaiveItem {
  kind: 'IMAGE' | 'OBJECT' | 'VIDEO_FRAME'
  labels: string[]
  tag_ids: string[]
  caption: string | null
  folder: string
  file_name: string
  metadata: Record<string, unknown>
  blur: number | null
  dark: number | null
  bright: number | null
  normal: number | null
  nearest_likeness: number | null
  duplicates: number | null
  outliers: number | null
  mislabels: number | null
  label_outlier: number | null
  created_at: string
  /** Stems and their positions in the text, as the database made them. */
  stems: Record<string, number[]>
}

export type TextTree =
  | { is: 'words'; text: string; phrase: boolean }
  | { is: 'and' | 'or'; of: TextTree[] }
  | { is: 'not'; of: TextTree }

export interface Language {
  /** The tree that a query was written from. */
  treeOf(query: string): TextTree
  /** The stems of a word or phrase with their positions; stop words have none. */
  stemsOf(text: string): [stem: string, position: number][]
}

const kinds = { IMAGES: 'IMAGE', OBJECTS: 'OBJECT', VIDEOS: 'VIDEO_FRAME' }

export function passes(item: NaiveItem, filter: ViewFilter, language: Language): boolean {
  const says = (query: string) => textSays(language.treeOf(query), item, language) ?? false
  const passesAll = (vql: VqlItem[]): boolean => vql.every(passesOne)
  const passesOne = (one: VqlItem): boolean => {
    if ('labels' in one) return setPasses(item.labels, one.labels)
    if ('tags' in one) return setPasses(item.tag_ids, one.tags)
    if ('text' in one) return says(one.text.value)
    if ('duplicates' in one)
      return item.nearest_likeness !== null && item.nearest_likeness >= one.duplicates.value
    if ('uniqueness' in one)
      return item.nearest_likeness !== null && 1 - item.nearest_likeness > one.uniqueness.value
    if ('similarity' in one) throw new Error('Vectors have tests of their own.')
    if ('folders' in one) return namePasses(item.folder, one.folders)
    if ('files' in one) return namePasses(item.file_name, one.files)
    if ('metadata' in one) return metadataPasses(item.metadata[one.metadata.field_name], one.metadata)
    if ('created' in one) return isWithin(item.created_at, one.created.value)
    if ('not' in one) return !passesAll(one.not)
    if ('any_of' in one) return one.any_of.some(passesAll)
    const { value, mode = 'in', confidence_min = 0.5, confidence_max = 1 } = one.issues
    const measured = item[value]
    const within = measured !== null && measured >= confidence_min && measured <= confidence_max
    return mode === 'in' ? within : !within
  }
  return (
    item.kind === kinds[filter.entity_type] &&
    passesAll(filter.vql) &&
    (filter.caption === null || says(filter.caption))
  )
}

function setPasses(has: string[], { op, value }: SetFilter): boolean {
  const all = value.every(one => has.includes(one))
  const some = value.some(one => has.includes(one))
  return { is: all, is_not: !all, one_of: some, not_one_of: !some }[op]
}

function namePasses(name: string, { op, value }: NameFilter): boolean {
  switch (op) {
    case 'one_of':
      return value.includes(name)
    case 'contains':
      return name.includes(value)
    case 'starts_with':
      return name.startsWith(value)
    case 'ends_with':
      return name.endsWith(value)
  }
}

function metadataPasses(stored: unknown, filter: MetadataFilter): boolean {
  const text = stored === undefined || stored === null ? null : asText(stored)
  const number = typeof stored === 'number' ? stored : Number.NaN
  const listed = (values: string[]) => Array.isArray(stored) && stored.some(one => values.includes(one))
  switch (filter.op) {
    case 'is':
      return text === filter.value || listed([filter.value])
    case 'contains':
      return text?.includes(filter.value) ?? false
    case 'one_of':
      return (text !== null && filter.value.includes(text)) || listed(filter.value)
    case 'gt':
      return number > filter.value
    case 'gte':
      return number >= filter.value
    case 'lt':
      return number < filter.value
    case 'lte':
      return number <= filter.value
    case 'eq':
      return number === filter.value
    case 'between': {
      const [start, end] = filter.value
      if (typeof start === 'number') return number >= start && number <= (end as number)
      const isInstant = typeof stored === 'string' && /^\d{4}-.*T.*\.\d{6}$/.test(stored)
      return isInstant && isWithin(stored, filter.value as [string, string])
    }
  }
}

/** As jsonb prints it: a space after each comma between members, none within their texts. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : asJson(value))
const asJson = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(asJson).join(', ')}]` : JSON.stringify(value)

const isWithin = (at: string, [start, end]: [string, string]): boolean =>
  micros(at, 0n) >= micros(start, 0n) && micros(at, 0n) <= micros(end, 86_400_000_000n - 1n)

/** Microseconds since 1970; `ofDay` is added to a date alone. */
function micros(text: string, ofDay: bigint): bigint {
  if (text.length === 10) return BigInt(Date.parse(text)) * 1000n + ofDay
  const [, seconds, fraction = '', zone = 'Z'] = /^(.{19})(?:\.(\d+))?(.+)?$/.exec(text)!
  return BigInt(Date.parse(seconds + zone)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/** undefined: nothing but stop words, which neither pass nor fail. */
function textSays(tree: TextTree, item: NaiveItem, language: Language): boolean | undefined {
  if (tree.is === 'words') return wordsSay(item, language.stemsOf(tree.text), tree.phrase)
  if (tree.is === 'not') {
    const said = textSays(tree.of, item, language)
    return said === undefined ? undefined : !said
  }
  const said = tree.of.map(part => textSays(part, item, language)).filter(part => part !== undefined)
  if (said.length === 0) return undefined
  return tree.is === 'and' ? said.every(Boolean) : said.some(Boolean)
}

function wordsSay(item: NaiveItem, stems: [string, number][], phrase: boolean): boolean | undefined {
  if (stems.length === 0) return undefined
  const places = (stem: string) => (Object.hasOwn(item.stems, stem) ? item.stems[stem]! : [])
  if (!phrase) return stems.every(([stem]) => places(stem).length > 0)
  const [first, offset] = stems[0]!
  return places(first).some(start =>
    stems.every(([stem, position]) => places(stem).includes(start + position - offset)),
  )
}
