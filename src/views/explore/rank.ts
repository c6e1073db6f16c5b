// In which order explore shows what it found: by relevance where the filter has one, else newest first.
import sql, { empty, type Sql } from 'sql-template-tag'
import type { Language } from '../../datasets/datasets.ts'
import type { Captured } from '../capture.ts'
import type { ViewFilter } from '../filter.ts'
import { asRows, type Resolved } from '../resolve.ts'
import { asTsquery, parseText, withoutNot } from '../text.ts'

export interface Ranking {
  /** null: without relevance. */
  type: 'semantic' | 'similarity' | 'fts' | null
  /** Joined to `items`. */
  from: Sql
  /** 0–1. */
  score: Sql
}

const newestFirst: Ranking = { type: null, from: empty, score: sql`null::float8` }

/**
 * The first filter with a score that every item passes: the caption, then the VQL in its order; meaning and likeness
 * before words. Filters within any_of and not have no part in it.
 */
export function rankBy(
  filter: ViewFilter,
  captured: Captured[],
  resolved: Resolved,
  language: Language,
): Ranking {
  const first =
    captured.find(one => one.filter === 'caption') ??
    captured.find(one => one.filter !== 'caption' && filter.vql.includes(one.filter))
  if (first)
    return {
      type: first.filter !== 'caption' && 'similarity' in first.filter ? 'similarity' : 'semantic',
      from: sql`join ${asRows(resolved.found.get(first.position)!)}
        on hits.batch_id = items.batch_id and hits.ordinal = items.ordinal`,
      score: sql`hits.score`,
    }
  const words =
    filter.caption ??
    filter.vql.flatMap(item => ('text' in item && item.text.op === 'fts' ? [item.text.value] : []))[0]
  const wanted = words === undefined ? undefined : withoutNot(parseText(words, 'text'))
  if (!wanted) return newestFirst
  // 32: rank / (rank + 1), so that it stays below 1.
  const score = sql`ts_rank(items.text_search, ${asTsquery(wanted, language)}, 32)::float8`
  return { type: 'fts', from: empty, score }
}
