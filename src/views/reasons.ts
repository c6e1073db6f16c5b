// Why an item matched a view, for previews of a view and for what an alert counted.
import { type Static, Type } from 'typebox'
import { OrNull } from '../lib/schemas.ts'
import type { EntityType, VqlItem } from './filter.ts'
import { type VectorFilter, vectorFilters } from './vector-filters.ts'

export const Reason = Type.Object({
  filter: Type.Unsafe<object>({
    type: 'object',
    additionalProperties: true,
    description: 'A part of the view, as it was sent',
  }),
  score: OrNull(Type.Number({ description: '0–1, where the filter has a score' })),
})
export type Reason = Static<typeof Reason>

/** The issue confidences of an item and its `nearest_likeness`, 0–1, null where they were not measured. */
export type Scores = Record<string, number | null>

/**
 * The filters of a view are ANDed, so a match passed each of them. An issue has its confidence as the score, `duplicates`
 * and `uniqueness` what they compare, meaning and likeness the relevance and the likeness: `byPosition`, as in
 * vector-filters.ts. A view without filters gives its kind as the only reason.
 */
export function reasonsFor(
  view: ReasonedView,
  scores: Scores,
  byPosition: Map<number, number> = new Map(),
): Reason[] {
  const positions = new Map(vectorFilters(view).map(({ filter, position }) => [filter, position]))
  const byVector = (filter: VqlItem | 'caption') =>
    byPosition.get(positions.get(filter as VectorFilter) ?? -1) ?? null
  const reasons: Reason[] = view.vql.map(filter => ({
    filter,
    score: scoreOf(filter, scores) ?? byVector(filter),
  }))
  if (view.caption !== null)
    reasons.unshift({ filter: { caption: view.caption }, score: byVector('caption') })
  return reasons.length > 0 ? reasons : [{ filter: { entity_type: view.entity_type }, score: null }]
}

export interface ReasonedView {
  entity_type: EntityType
  threshold: number | string
  caption: string | null
  vql: VqlItem[]
}

function scoreOf(filter: VqlItem, scores: Scores): number | null {
  if ('issues' in filter) return scores[filter.issues.value] ?? null
  const likeness = scores.nearest_likeness ?? null
  if ('duplicates' in filter || likeness === null) return 'duplicates' in filter ? likeness : null
  return 'uniqueness' in filter ? 1 - likeness : null
}
