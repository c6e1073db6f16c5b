// Who counts a view on past batches. Columns, wherever they are in memory or stored. Otherwise one statement, which takes
// less time than to read them from the items, and they are read behind the answer, for the next question. What only the
// database knows is left to it.
import type { EvaluatorSetting } from '../../config.ts'
import type { Language } from '../../datasets/datasets.ts'
import type { Queryable } from '../../db/database.ts'
import type { Captured } from '../../views/capture.ts'
import { matches } from '../../views/compile.ts'
import type { ViewFilter } from '../../views/filter.ts'
import type { Resolved } from '../../views/resolve.ts'
import type { ColumnarEvaluator } from '../columnar/evaluator.ts'
import type { PastBatch, PastCount } from '../columnar/past.ts'
import type { Near } from '../count.ts'
import { countInSql, firstInSql } from './store.ts'

export interface Past {
  batches: PastBatch[]
  filter: ViewFilter
  language: Language
  captured: Captured[]
  resolved: Resolved
  /** So many matches are named, of the newest batches that have any. */
  maxFirst: number
  signal?: AbortSignal
}

/** For each batch. */
export async function countPast(
  { db, columnar, setting }: { db: Queryable; columnar: ColumnarEvaluator; setting: EvaluatorSetting },
  past: Past,
): Promise<PastCount[]> {
  const { batches, filter, language, captured, signal } = past
  if (batches.length === 0) return []
  const inSql = () => countBySql(db, past)
  if (setting === 'sql') return inSql()
  const near = new Map(captured.map(({ filter, ...compared }) => [filter, compared as Near]))
  const view = { filter, language, matches: false, near: near.size > 0 ? near : undefined }
  const counted = await columnar.countPast(db, batches, view, foundIn(past), {
    signal,
    inSql: setting === 'auto' ? inSql : undefined,
  })
  if (!counted) return inSql()
  if (setting === 'both') requireSame(counted, await inSql())
  return counted
}

async function countBySql(
  db: Queryable,
  { batches, filter, language, resolved, maxFirst }: Past,
): Promise<PastCount[]> {
  const ids = batches.map(({ id }) => id)
  const matching = matches(filter, resolved.condition, language)
  const counts = await countInSql(db, ids, matching)
  const named = newestWith(counts, maxFirst)
  const first = await firstInSql(
    db,
    named.map(i => ids[i]!),
    matching,
    maxFirst,
  )
  return counts.map((count, i) => ({ count, first: first[named.indexOf(i)] ?? [] }))
}

/** The newest batches that have so many matches together. */
function newestWith(counts: number[], matches: number): number[] {
  const named: number[] = []
  let left = matches
  for (let i = counts.length - 1; i >= 0 && left > 0; i--) {
    if (counts[i] === 0) continue
    named.push(i)
    left -= counts[i]!
  }
  return named
}

function foundIn({ captured, resolved }: Past) {
  const ordinals = new Map(
    captured.map(({ filter, position }) => [
      filter,
      Map.groupBy(resolved.found.get(position)!, hit => hit.batch_id),
    ]),
  )
  return (filter: Captured['filter'], batchId: string): number[] =>
    (ordinals.get(filter)?.get(batchId) ?? []).map(({ ordinal }) => ordinal)
}

function requireSame(counted: PastCount[], bySql: PastCount[]): void {
  const sum = (counts: PastCount[]) => counts.reduce((total, { count }) => total + count, 0)
  if (counted.some(({ count }, i) => count !== bySql[i]!.count))
    throw new Error(
      `The evaluators disagree on a preview: ${sum(bySql)} in SQL, ${sum(counted)} columnar. Please report it.`,
    )
}
