// Reads a tsquery as the database prints it: 'cat' & !( 'dog' | 'bird' ). Phrases, prefixes and weights are not read.
import type { Lexemes } from './program.ts'

const tokens = /\s+|'((?:[^'\\]|''|\\.)*)'|[&|!()]|./gsy

/** Undefined where the query has what only the database evaluates. `indexOf` numbers a lexeme. */
export function readTsquery(text: string, indexOf: (lexeme: string) => number): Lexemes | undefined {
  if (text === '') return 'nothing'
  const queue = [...text.matchAll(tokens)].filter(([token]) => token.trim() !== '')
  let known = true
  const peek = () => queue[0]?.[0]
  const take = () => queue.shift()

  const operands = (sign: '|' | '&', read: () => Lexemes): Lexemes[] => {
    const found = [read()]
    while (peek() === sign) {
      take()
      found.push(read())
    }
    return found
  }
  const either = (): Lexemes => {
    const any = operands('|', every)
    return any.length === 1 ? any[0]! : { any }
  }
  const every = (): Lexemes => {
    const all = operands('&', term)
    return all.length === 1 ? all[0]! : { all }
  }
  const term = (): Lexemes => {
    const [token, lexeme] = take() ?? ['']
    if (token === '!') return { not: term() }
    if (token === '(') {
      const inner = either()
      if (take()?.[0] !== ')') known = false
      return inner
    }
    if (lexeme !== undefined)
      return { lexeme: indexOf(lexeme.replace(/''|\\(.)/gs, (two, one) => one ?? two[0])) }
    known = false
    return 'nothing'
  }
  const tree = either()
  return known && queue.length === 0 ? tree : undefined
}
