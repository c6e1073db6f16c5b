// Where the two evaluators do not say the same about a view.
import { unpackOrdinals } from '../lib/ordinals.ts'
import { TaskFailed } from '../tasks/run.ts'
import type { Counted } from './count.ts'

export interface Difference {
  /** Its index among those compared. */
  view: number
  sql: number
  columnar: number
  /** The first ordinal that only one of them matched; null when only counts were asked for. */
  ordinal: number | null
}

export function differenceOf(view: number, sql: Counted, columnar: Counted): Difference | undefined {
  const [one, other] = [sql.matched?.(), columnar.matched?.()]
  if (sql.count === columnar.count && (!one || Buffer.compare(one, other!) === 0)) return undefined
  const ordinal = one ? firstOfOne(unpackOrdinals(one), unpackOrdinals(other!)) : null
  return { view, sql: sql.count, columnar: columnar.count, ordinal }
}

function firstOfOne(some: number[], others: number[]): number {
  const at = some.findIndex((ordinal, i) => ordinal !== others[i])
  return at === -1 ? others[some.length]! : Math.min(some[at]!, others[at] ?? Number.POSITIVE_INFINITY)
}

/** With BELFRY_EVALUATOR=both a batch is not recorded unless both agree. Throws TaskFailed. */
export function requireEqual(differences: (Difference & { name: string })[]): void {
  const [first] = differences
  if (!first) return
  const { name, sql, columnar } = first
  throw new TaskFailed(
    `The evaluators disagree on ${differences.length} views; '${name}' counts ${sql} in SQL and ${columnar} columnar. ` +
      'Please report it; BELFRY_EVALUATOR=sql goes on without the columnar one.',
  )
}
