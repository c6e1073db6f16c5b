// Typed tree to SQL. Every expression here is true or false and never NULL, so that `not` means what people mean by it:
// an item without labels does not have the label, an item without a value is in no range.
import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Language } from '../datasets/datasets.ts'
import { readInstant } from '../lib/instant.ts'
import { problems } from '../lib/problems.ts'
import type { ItemKind } from '../vectors/tile.ts'
import {
  type CreatedFilter,
  type EntityType,
  type IssueFilter,
  issueDefaults,
  type MetadataFilter,
  type NameFilter,
  type SetFilter,
  type ViewFilter,
  type VqlItem,
} from './filter.ts'
import { asTsquery, parseText } from './text.ts'
import { isVectorFilter, type VectorFilter } from './vector-filters.ts'

export const kinds: Record<EntityType, ItemKind> = {
  IMAGES: 'IMAGE',
  OBJECTS: 'OBJECT',
  VIDEOS: 'VIDEO_FRAME',
}

/**
 * What a filter by meaning or likeness was resolved to, as a condition of one parameter. Vectors are compared in
 * process, before the statement is made. undefined for a caption that is searched by its words.
 */
export type VectorCondition = (filter: VectorFilter) => Sql | undefined

/**
 * A boolean expression over the columns of `items` under that name: the item is of the view's kind and passes its
 * filters; words are those of the dataset's language. It does not ask whether the item is ready. It takes at most `maxValuesOfFilter` parameters
 * (filter-query.ts), so that many views fit into one statement.
 */
export function matches(
  filter: ViewFilter,
  byVector: VectorCondition = unresolved,
  language: Language = 'english',
): Sql {
  const condition = (item: VqlItem) => conditionOf(item, byVector, language)
  const conditions = [sql`items.kind = ${kinds[filter.entity_type]}`, ...filter.vql.map(condition)]
  if (filter.caption !== null) conditions.push(byVector('caption') ?? textCondition(filter.caption, language))
  return allOf(conditions)
}

/** For filters without vectors. */
const unresolved: VectorCondition = () => undefined

const missing = (): never => {
  throw problems.invalidFilter(
    `A filter by meaning or likeness has no vector to compare with; save the view again.`,
  )
}

const allOf = (conditions: Sql[]): Sql => join(conditions, ' and ', '(', ')')

function conditionOf(item: VqlItem, byVector: VectorCondition, language: Language): Sql {
  const condition = (inner: VqlItem) => conditionOf(inner, byVector, language)
  if (isVectorFilter(item)) return byVector(item) ?? missing()
  if ('labels' in item) return setCondition(sql`items.labels`, item.labels, sql`text[]`)
  if ('tags' in item) return setCondition(sql`items.tag_ids`, item.tags, sql`uuid[]`)
  if ('issues' in item) return issueCondition(item.issues)
  if ('text' in item) return textCondition(item.text.value, language)
  if ('duplicates' in item) return sql`(items.nearest_likeness >= ${item.duplicates.value}::float8) is true`
  if ('uniqueness' in item)
    return sql`(1 - items.nearest_likeness > ${item.uniqueness.value}::float8) is true`
  if ('folders' in item) return nameCondition(sql`items.folder`, item.folders)
  if ('files' in item) return nameCondition(sql`items.file_name`, item.files)
  if ('metadata' in item) return metadataCondition(item.metadata)
  if ('created' in item) return createdCondition(item.created)
  if ('not' in item) return sql`not ${allOf(item.not.map(condition))}`
  if (!('any_of' in item)) throw new Error(`No condition for ${JSON.stringify(item)}.`)
  return join(
    item.any_of.map(items => allOf(items.map(condition))),
    ' or ',
    '(',
    ')',
  )
}

function setCondition(column: Sql, { op, value }: SetFilter, type: Sql): Sql {
  const all = sql`${column} @> ${value}::${type}`
  const some = sql`${column} && ${value}::${type}`
  switch (op) {
    case 'is':
      return all
    case 'is_not':
      return sql`not (${all})`
    case 'one_of':
      return some
    case 'not_one_of':
      return sql`not (${some})`
  }
}

function issueCondition(filter: IssueFilter): Sql {
  const { value, mode, confidence_min, confidence_max } = { ...issueDefaults, ...filter }
  const column = raw(`items.${value}`)
  const within = sql`(${column} between ${confidence_min}::float8 and ${confidence_max}::float8)`
  return mode === 'in' ? sql`${within} is true` : sql`${within} is not true`
}

const textCondition = (query: string, language: Language): Sql =>
  sql`items.text_search @@ ${asTsquery(parseText(query, 'text'), language)}`

function nameCondition(column: Sql, { op, value }: NameFilter): Sql {
  switch (op) {
    case 'one_of':
      return sql`${column} = any(${value}::text[])`
    case 'contains':
      return sql`strpos(${column}, ${value}) > 0`
    case 'starts_with':
      return sql`starts_with(${column}, ${value})`
    case 'ends_with':
      return sql`right(${column}, char_length(${value}::text)) = ${value}`
  }
}

const numberOperators = { gt: raw('>'), gte: raw('>='), lt: raw('<'), lte: raw('<='), eq: raw('=') }
const instantPattern = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}$'

/** Numbers are compared as jsonb, which is exact and cannot fail on what is stored; everything else by its text. */
function metadataCondition(filter: MetadataFilter): Sql {
  const stored = sql`items.metadata -> ${filter.field_name}::text`
  const text = sql`items.metadata ->> ${filter.field_name}::text`
  // A case, of which PostgreSQL supposes that half of the items pass: of the two conditions it supposed hardly any, and sorted
  // half a million instead of hashing them.
  const number = (rest: Sql) =>
    sql`(case when jsonb_typeof(${stored}) = 'number' then ${stored} ${rest} else false end)`
  /** A field with several values has one of these among them. */
  const listed = (values: string[]) =>
    sql`(jsonb_typeof(${stored}) = 'array' and ${stored} ?| ${values}::text[])`
  switch (filter.op) {
    case 'is':
      return sql`(${text} = ${filter.value} or ${listed([filter.value])}) is true`
    case 'contains':
      return sql`(strpos(${text}, ${filter.value}) > 0) is true`
    case 'one_of':
      return sql`(${text} = any(${filter.value}::text[]) or ${listed(filter.value)}) is true`
    case 'between': {
      const [start, end] = filter.value
      if (typeof start === 'number') return number(sql`between ${start}::jsonb and ${end}::jsonb`)
      const [from, to] = period(filter.value as [string, string])
      return sql`((${text}) collate "C" between ${from} and ${to} and ${text} ~ ${instantPattern}) is true`
    }
    default:
      return number(sql`${numberOperators[filter.op]} ${filter.value}::jsonb`)
  }
}

function createdCondition({ value }: CreatedFilter): Sql {
  const [from, to] = period(value)
  return sql`items.created_at between ${`${from}Z`}::timestamptz and ${`${to}Z`}::timestamptz`
}

/** Both ends were read by the parser, so they are instants. */
const period = ([start, end]: [string, string]) => [readInstant(start, 'start')!, readInstant(end, 'end')!]
