// One predicate on one tile: the bits of the items that pass.
import { andInto, type Bits, emptyBits, orInto, rangeInto } from './bits.ts'
import type { FieldColumn } from './field-column.ts'
import type { Lexemes, NumberColumn, Predicate } from './program.ts'
import type { TextColumn } from './text-column.ts'

export interface TermColumn {
  /** Adds the items that have the term of the program. */
  orInto(bits: Bits, term: number): void
}

/** What predicates are asked about: the items of a tile, as far as the program asks. */
export interface Columns {
  labels: TermColumn
  tags: TermColumn
  lexemes: TermColumn
  text(name: 'folder' | 'file_name'): TextColumn
  numbers(name: NumberColumn): Float64Array
  fieldNumbers(field: number): FieldColumn
  fieldTexts(field: number): FieldColumn
}

/** `bits` come empty. What vectors decide is evaluated elsewhere (near-column.ts). */
export function evaluatePredicate(
  predicate: Exclude<Predicate, { on: 'near' }>,
  tile: Columns,
  bits: Bits,
): void {
  switch (predicate.on) {
    case 'labels':
    case 'tags':
      haveTerms(tile[predicate.on], predicate, bits)
      break
    case 'words':
      orInto(bits, wordsOf(predicate.query, tile.lexemes))
      break
    case 'number':
      rangeInto(bits, tile.numbers(predicate.column), predicate.min, predicate.max)
      break
    case 'folder':
    case 'file_name':
      tile.text(predicate.on).orInto(bits, predicate.name)
      break
    case 'field number':
      tile.fieldNumbers(predicate.field).rangeInto(bits, predicate.min, predicate.max)
      break
    case 'field text':
      tile.fieldTexts(predicate.field).namesInto(bits, predicate.name)
      break
    case 'field instant': {
      const { field, from, to } = predicate
      tile
        .fieldTexts(field)
        .texts!.orWhere(bits, text => text >= from && text <= to && instantPattern.test(text))
    }
  }
}

/** As in the SQL form (src/views/compile.ts). */
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/

function haveTerms(
  postings: TermColumn,
  { has, terms }: { has: 'all' | 'some'; terms: number[] },
  bits: Bits,
): void {
  if (has === 'some') {
    for (const term of terms) postings.orInto(bits, term)
    return
  }
  for (const [i, term] of terms.entries()) {
    if (i === 0) postings.orInto(bits, term)
    else andInto(bits, withTerm(postings, term))
  }
}

function withTerm(postings: TermColumn, term: number): Bits {
  const bits = emptyBits()
  postings.orInto(bits, term)
  return bits
}

function wordsOf(query: Lexemes, lexemes: TermColumn): Bits {
  if (query === 'nothing') return emptyBits()
  if ('lexeme' in query) return withTerm(lexemes, query.lexeme)
  if ('not' in query) return wordsOf(query.not, lexemes).map(word => ~word)
  const [first, ...others] = ('all' in query ? query.all : query.any).map(part => wordsOf(part, lexemes)) as [
    Bits,
  ]
  for (const other of others) 'all' in query ? andInto(first, other) : orInto(first, other)
  return first
}
