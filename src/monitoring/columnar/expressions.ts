// What views ask, as combinations of predicates that were evaluated before.
import { andInto, andNotInto, type Bits, emptyBits, orInto } from './bits.ts'
import type { Expression } from './program.ts'

/** Leaves the items that pass; `found` has the bits of each predicate. */
export function narrow(bits: Bits, expression: Expression, found: Bits[]): void {
  if (typeof expression === 'number') andInto(bits, found[expression]!)
  else if ('all' in expression) for (const part of expression.all) narrow(bits, part, found)
  else if ('not' in expression)
    andNotInto(
      bits,
      typeof expression.not === 'number' ? found[expression.not]! : passing(expression.not, found),
    )
  else andInto(bits, passing(expression, found))
}

function passing(expression: Expression, found: Bits[]): Bits {
  const bits = emptyBits()
  if (typeof expression === 'object' && 'any' in expression) {
    for (const part of expression.any) orInto(bits, passing(part, found))
    return bits
  }
  bits.fill(0xffffffff)
  narrow(bits, expression, found)
  return bits
}

export function predicatesOf(expression: Expression): number[] {
  if (typeof expression === 'number') return [expression]
  if ('not' in expression) return predicatesOf(expression.not)
  return ('all' in expression ? expression.all : expression.any).flatMap(predicatesOf)
}
