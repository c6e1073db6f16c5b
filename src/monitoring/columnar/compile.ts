// Typed tree to program: the second form of a filter, beside the SQL one (src/views/compile.ts). Both say the same about
// every item; columnar.test.ts holds them together.
import { hash } from 'node:crypto'
import { readInstant } from '../../lib/instant.ts'
import {
  type EntityType,
  type IssueFilter,
  issueDefaults,
  type MetadataFilter,
  type SetFilter,
  type VqlItem,
} from '../../views/filter.ts'
import { isVectorFilter } from '../../views/vector-filters.ts'
import type { Near, Watched } from '../count.ts'
import { nextUp } from './decimals.ts'
import {
  type Bound,
  type Column,
  columns,
  type Expression,
  kinds,
  type Lexemes,
  type Predicate,
  type Program,
  type Query,
} from './program.ts'
import { readTsquery } from './tsquery.ts'

/** Predicates are held as 2 kB each while a tile is evaluated: 128 MB in each thread. */
export const maxPredicates = 65_536

/** A filter has what only the database evaluates. */
class OnlySql extends Error {}

export interface ProgramBuilder {
  /** False, and nothing is added, when only the SQL form can evaluate the filter. */
  add(view: Watched): boolean
  readonly isFull: boolean
  build(): Program
}

/** `tsqueries` are the text searches of all filters, as the database understands them. */
export function buildProgram(tsqueries: ReadonlyMap<string, string>): ProgramBuilder {
  const predicates = new Numbered<Predicate>(predicate => JSON.stringify(predicate))
  const labels = new Numbered<string>()
  const tags = new Numbered<string>()
  const lexemes = new Numbered<string>()
  const fields = new Numbered<string>()
  // By a digest: the numbers themselves, as a key, are 2 kB for each of ten thousand views.
  const queries = new Numbered<Query>(({ model, vector }) => `${model} ${digest(vector)}`)
  const watches: Program['watches'] = []
  const known = new Map<string, Lexemes | undefined>()
  /** Of the view that is being added. */
  let near: Watched['near']

  const predicate = (one: Predicate): Expression => predicates.numberOf(one)
  const allOf = (items: VqlItem[]): Expression => ({ all: items.map(expression) })

  function expression(item: VqlItem): Expression {
    if (isVectorFilter(item)) return nearExpression(near!.get(item)!)
    if ('duplicates' in item)
      return predicate({
        on: 'number',
        column: 'nearest_likeness',
        min: item.duplicates.value,
        max: Infinity,
      })
    if ('uniqueness' in item)
      return predicate({
        on: 'number',
        column: 'uniqueness',
        min: nextUp(item.uniqueness.value),
        max: Infinity,
      })
    if ('labels' in item) return setExpression('labels', labels, item.labels)
    if ('tags' in item) return setExpression('tags', tags, lowerCase(item.tags))
    if ('issues' in item) return issueExpression(item.issues)
    if ('text' in item) return words(item.text.value)
    if ('folders' in item) return predicate({ on: 'folder', name: item.folders })
    if ('files' in item) return predicate({ on: 'file_name', name: item.files })
    if ('metadata' in item)
      return predicate(metadataPredicate(fields.numberOf(item.metadata.field_name), item.metadata))
    if ('created' in item) {
      const [from, to] = item.created.value
      return predicate({
        on: 'number',
        column: 'created_at',
        min: micros(from, 'start'),
        max: micros(to, 'end'),
      })
    }
    if ('not' in item) return { not: allOf(item.not) }
    if ('any_of' in item) return { any: item.any_of.map(allOf) }
    throw new OnlySql()
  }

  function setExpression(
    on: 'labels' | 'tags',
    terms: Numbered<string>,
    { op, value }: SetFilter,
  ): Expression {
    const numbers = value.map(term => terms.numberOf(term))
    const has = predicate({ on, has: op === 'is' || op === 'is_not' ? 'all' : 'some', terms: numbers })
    return op === 'is_not' || op === 'not_one_of' ? { not: has } : has
  }

  function issueExpression(filter: IssueFilter): Expression {
    const { value, mode, confidence_min, confidence_max } = { ...issueDefaults, ...filter }
    const within = predicate({ on: 'number', column: value, min: confidence_min, max: confidence_max })
    return mode === 'in' ? within : { not: within }
  }

  const nearExpression = ({ minCosine, ...query }: Near): Expression =>
    predicate({ on: 'near', query: queries.numberOf(query), minCosine })

  function words(query: string): Expression {
    if (!known.has(query))
      known.set(
        query,
        readTsquery(tsqueries.get(query)!, lexeme => lexemes.numberOf(lexeme)),
      )
    const found = known.get(query)
    if (found === undefined) throw new OnlySql()
    return predicate({ on: 'words', query: found })
  }

  return {
    add({ filter, matches, near: compared }) {
      near = compared
      try {
        const where = filter.vql.map(expression)
        const meaning = near?.get('caption')
        if (meaning) where.push(nearExpression(meaning))
        else if (filter.caption !== null) where.push(words(filter.caption))
        watches.push({ kind: kindOf(filter.entity_type), where, matches })
        return true
      } catch (error) {
        if (error instanceof OnlySql) return false
        throw error
      }
    },
    get isFull() {
      return predicates.values.length >= maxPredicates
    },
    build() {
      const asked = new Set(predicates.values.map(columnOf))
      return {
        predicates: predicates.values,
        watches,
        labels: labels.values,
        tags: tags.values,
        lexemes: lexemes.values,
        fields: fields.values,
        queries: queries.values,
        columns: columns.filter(column => asked.has(column)),
      }
    },
  }
}

/** Distinct values and their numbers, from 0. */
class Numbered<Value> {
  readonly values: Value[] = []
  readonly #numbers = new Map<unknown, number>()
  readonly #keyOf: (value: Value) => unknown

  constructor(keyOf: (value: Value) => unknown = value => value) {
    this.#keyOf = keyOf
  }

  numberOf(value: Value): number {
    const key = this.#keyOf(value)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.values.length)
    return this.values.push(value) - 1
  }
}

const kindOf = (type: EntityType): number =>
  kinds.indexOf(({ IMAGES: 'IMAGE', OBJECTS: 'OBJECT', VIDEOS: 'VIDEO_FRAME' } as const)[type])

const digest = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  hash('sha256', new Uint8Array(buffer, byteOffset, byteLength), 'base64')

const lowerCase = ({ op, value }: SetFilter): SetFilter => ({ op, value: value.map(id => id.toLowerCase()) })

const bound = (value: number, included = true): Bound => ({ value: JSON.stringify(value), included })

function metadataPredicate(field: number, filter: MetadataFilter): Predicate {
  const range = (min: Bound, max: Bound): Predicate => ({ on: 'field number', field, min, max })
  switch (filter.op) {
    case 'is':
      return { on: 'field text', field, name: { op: 'one_of', value: [filter.value] } }
    case 'contains':
    case 'one_of':
      return { on: 'field text', field, name: { op: filter.op, value: filter.value } as never }
    case 'gt':
      return range(bound(filter.value, false), null)
    case 'gte':
      return range(bound(filter.value), null)
    case 'lt':
      return range(null, bound(filter.value, false))
    case 'lte':
      return range(null, bound(filter.value))
    case 'eq':
      return range(bound(filter.value), bound(filter.value))
    case 'between': {
      const [from, to] = filter.value
      if (typeof from === 'number') return range(bound(from), bound(to as number))
      return {
        on: 'field instant',
        field,
        from: readInstant(from, 'start')!,
        to: readInstant(to as string, 'end')!,
      }
    }
  }
}

/** As PostgreSQL counts: microseconds since 2000. */
function micros(text: string, edge: 'start' | 'end'): number {
  const at = readInstant(text, edge)!
  return (Date.parse(`${at.slice(0, 19)}Z`) - Date.UTC(2000)) * 1000 + Number(at.slice(20))
}

/** undefined: vectors are rows of their own. */
function columnOf(predicate: Predicate): Column | undefined {
  switch (predicate.on) {
    case 'near':
      return undefined
    case 'tags':
      return 'tag_ids'
    case 'words':
      return 'text_search'
    case 'number':
      return predicate.column === 'uniqueness' ? 'nearest_likeness' : predicate.column
    case 'field number':
    case 'field text':
    case 'field instant':
      return 'metadata'
    default:
      return predicate.on
  }
}
