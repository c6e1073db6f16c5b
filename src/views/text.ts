// The language of text search: words are ANDed, OR, a leading '-' for NOT, "phrases", parentheses.
//
//   either    = every { 'OR' every }
//   every     = term { [ 'AND' ] term }
//   term      = [ '-' ] ( word | '"' phrase '"' | '(' either ')' )
import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Language } from '../datasets/datasets.ts'
import { problems } from '../lib/problems.ts'

export type TextQuery =
  | { is: 'word' | 'phrase'; text: string }
  | { is: 'and' | 'or'; of: TextQuery[] }
  | { is: 'not'; of: TextQuery }

/** Each word or phrase is one parameter of the statement. Fifty say more than anybody has typed. */
export const maxTextTerms = 50
/** A page of words; the tokens of a query are held in memory while it is read. */
export const maxTextLength = 2000
/** Parentheses within parentheses; bounds the recursion. */
export const maxTextDepth = 10

interface Token {
  is: 'word' | 'phrase' | 'and' | 'or' | 'not' | '(' | ')' | 'end'
  text: string
  /** Counted in characters from 1, as people count. */
  position: number
}

const tokens = /\s+|"([^"]*)"|[()"]|-|[^\s()"]+/gy

/** Reads a query. Throws `invalidFilter` naming `where`, the fault and its position. */
export function parseText(query: string, where: string): TextQuery {
  const fault = (position: number, what: string) =>
    problems.invalidFilter(`${where} has a fault at character ${position}: ${what}`)
  if (query.length > maxTextLength) throw fault(maxTextLength + 1, `it is longer than ${maxTextLength}.`)
  const queue = tokenize(query, fault)
  let terms = 0
  let depth = 0
  const next = () => queue[0]!
  const take = () => queue.shift()!

  const either = (): TextQuery => {
    const parts = [every()]
    while (next().is === 'or') {
      take()
      parts.push(every())
    }
    return parts.length === 1 ? parts[0]! : { is: 'or', of: parts }
  }
  const every = (): TextQuery => {
    const parts = [term()]
    while (!['or', ')', 'end'].includes(next().is)) {
      if (next().is === 'and') take()
      parts.push(term())
    }
    return parts.length === 1 ? parts[0]! : { is: 'and', of: parts }
  }
  const term = (): TextQuery => {
    if (next().is !== 'not') return operand()
    take()
    return { is: 'not', of: operand() }
  }
  const operand = (): TextQuery => {
    const token = take()
    if (token.is === 'word' || token.is === 'phrase') {
      if (++terms > maxTextTerms)
        throw fault(token.position, `there are more than ${maxTextTerms} words and phrases.`)
      return { is: token.is, text: token.text }
    }
    if (token.is !== '(') throw fault(token.position, `${naming(token)} where a word was expected.`)
    if (++depth > maxTextDepth)
      throw fault(token.position, `parentheses are more than ${maxTextDepth} levels deep.`)
    const inner = either()
    const closing = take()
    if (closing.is !== ')') throw fault(token.position, 'this parenthesis is never closed.')
    depth--
    return inner
  }

  const tree = either()
  if (next().is !== 'end') throw fault(next().position, `${naming(next())} without its beginning.`)
  return tree
}

function tokenize(query: string, fault: (position: number, what: string) => Error): Token[] {
  const found: Token[] = []
  for (const match of query.matchAll(tokens)) {
    const text = match[0]
    const position = match.index + 1
    const add = (is: Token['is'], value = text) => found.push({ is, text: value, position })
    if (text.trim() === '') continue
    if (match[1] !== undefined) {
      if (match[1].trim() === '') throw fault(position, 'this phrase is empty.')
      add('phrase', match[1])
    } else if (text === '"') throw fault(position, 'this quotation mark is never closed.')
    else if (text === '(' || text === ')') add(text)
    else if (text === '-') {
      if (/^(\s|$)/.test(query.slice(match.index + 1)))
        throw fault(position, "write '-' right before what must not occur.")
      add('not')
    } else if (text === 'NOT') throw fault(position, "NOT is written as '-' right before a word: -night.")
    else if (text === 'AND' || text === 'OR') add(text === 'AND' ? 'and' : 'or')
    else add('word')
  }
  return [...found, { is: 'end', text: '', position: query.length + 1 }]
}

function naming({ is, text }: Token): string {
  if (is === 'end') return 'the query ends'
  return `there is '${text}'`
}

/** The query as a tsquery. Stop words ("the", "of") are empty in it, and its operators pass over what is empty. */
export function asTsquery(query: TextQuery, language: Language): Sql {
  switch (query.is) {
    case 'word':
      return sql`plainto_tsquery(${literal(language)}, ${query.text})`
    case 'phrase':
      return sql`phraseto_tsquery(${literal(language)}, ${query.text})`
    case 'not':
      return sql`!!(${asTsquery(query.of, language)})`
    default:
      return join(
        query.of.map(one => asTsquery(one, language)),
        query.is === 'and' ? ' && ' : ' || ',
        '(',
        ')',
      )
  }
}

/** What a text is ranked by: PostgreSQL ranks all alike where a word must not occur. undefined: nothing is left. */
export function withoutNot(query: TextQuery): TextQuery | undefined {
  if (query.is === 'not') return undefined
  if (!('of' in query)) return query
  const of = query.of.flatMap(one => withoutNot(one) ?? [])
  return of.length > 0 ? { ...query, of } : undefined
}

/** No parameter: there would be one more for each word. It is one of a list of plain names. */
const literal = (language: Language): Sql => raw(`'${language}'`)
