// The filters which vectors decide: by meaning and by likeness. They are numbered as they stand in the text of the VQL,
// from 1; the caption, where it is searched by meaning, is 0. view_vectors (migrations/0002_vectors.sql) keeps the
// numbers.
import type { SemanticFilter, SimilarityFilter, ViewFilter, VqlItem } from './filter.ts'

type Item = VqlItem & ({ text: SemanticFilter } | { similarity: SimilarityFilter })
export type VectorFilter = Item | 'caption'

export const isVectorFilter = (item: VqlItem): item is Item =>
  'similarity' in item || ('text' in item && item.text.op === 'semantic')

export interface Placed {
  filter: VectorFilter
  position: number
  /** Where it stands, for sentences: `vql[0].not[1].similarity`. */
  at: string
}

/** The caption is among them when it asks for relevance; whether a model can tell is for the caller to know. */
export function vectorFilters({
  caption,
  threshold,
  vql,
}: Pick<ViewFilter, 'caption' | 'vql'> & { threshold: number | string }): Placed[] {
  const found: Placed[] = []
  const visit = (items: VqlItem[], at: string): void => {
    for (const [i, item] of items.entries()) {
      const here = `${at}[${i}]`
      if ('not' in item) visit(item.not, `${here}.not`)
      else if ('any_of' in item)
        for (const [branch, inner] of item.any_of.entries()) visit(inner, `${here}.any_of[${branch}]`)
      else if (isVectorFilter(item))
        found.push({
          filter: item,
          position: found.length + 1,
          at: `${here}.${'text' in item ? 'text' : 'similarity'}`,
        })
    }
  }
  visit(vql, 'vql')
  if (caption !== null && Number(threshold) > 0) found.push({ filter: 'caption', position: 0, at: 'caption' })
  return found
}
