// The columnar evaluator, with what it leaves to SQL, and a check of some of its counts against SQL.
import { type Transaction, withSavepoint } from '../db/database.ts'
import type { ColumnarEvaluator } from './columnar/evaluator.ts'
import { type Difference, differenceOf } from './compare.ts'
import type { Count, Counted, Watched } from './count.ts'

interface Parts {
  tx: Transaction
  batchId: string
  columnar: Pick<ColumnarEvaluator, 'count'>
  countBySql: Count
}

export interface Check {
  /** So many are counted both ways, chosen at random. */
  views: number
  /** Among them views that compare vectors, for which SQL needs all vectors of the batch. */
  byVectors: boolean
}

export interface CountedByColumns {
  counts: Counted[]
  left_to_sql: number
  checked: number
  differences: Difference[]
}

/** Where views that are counted both ways differ, the count of SQL is kept. */
export async function countByColumns(
  parts: Parts,
  watched: Watched[],
  check: Check,
): Promise<CountedByColumns> {
  const { tx, batchId, columnar } = parts
  let unknown: number[] = []
  let checked: number[] = []
  let bySql = new Map<number, Counted>()
  const meanwhile = async (isCounted: boolean[]) => {
    unknown = [...isCounted.keys()].filter(i => !isCounted[i])
    const known = [...isCounted.keys()].filter(i => isCounted[i])
    const checkable = check.byVectors ? known : known.filter(i => !watched[i]!.near?.size)
    checked = someOf(checkable, check.views)
    bySql = await countSome(parts, watched, [...unknown, ...checked])
  }
  const counted = await withSavepoint(tx, () => columnar.count(tx, batchId, watched, meanwhile))
  const counts = counted.map((one, i) => one ?? bySql.get(i)!)
  const suspects = checked.filter(i => differenceOf(i, bySql.get(i)!, counts[i]!))
  const differences = await lookAgain(parts, watched, suspects)
  for (const { view } of differences) counts[view] = bySql.get(view)!
  return { counts, left_to_sql: unknown.length, checked: checked.length, differences }
}

/** People tag media while they are counted, one way after the other: a difference is one when it is there twice. */
async function lookAgain(parts: Parts, watched: Watched[], suspects: number[]): Promise<Difference[]> {
  if (suspects.length === 0) return []
  const { tx, batchId, columnar } = parts
  const byColumn = await columnar.count(
    tx,
    batchId,
    suspects.map(i => watched[i]!),
  )
  const bySql = await countSome(parts, watched, suspects)
  return suspects.flatMap((i, at) => differenceOf(i, bySql.get(i)!, byColumn[at]!) ?? [])
}

async function countSome(
  { tx, batchId, countBySql }: Parts,
  watched: Watched[],
  some: number[],
): Promise<Map<number, Counted>> {
  const counts = await countBySql(
    tx,
    batchId,
    some.map(i => watched[i]!),
  )
  return new Map(some.map((i, at) => [i, counts[at]!]))
}

function someOf(from: number[], size: number): number[] {
  if (size >= from.length) return from
  const rest = [...from]
  return Array.from({ length: size }, () => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]!)
}
