// Which evaluator counts a batch: the one that is expected to take less time.
import type { EvaluatorSetting } from '../config.ts'
import type { Database } from '../db/database.ts'

export interface Choice {
  evaluator: Exclude<EvaluatorSetting, 'auto'>
  /** For people: the log and the task say it. */
  reason: string
}

/**
 * Milliseconds on two cores, rounded from runs of `npm run bench -- evaluate`; those of the embedded engine are scaled from
 * PostgreSQL's. A wrong guess costs time and changes no count. `item` is to read and lay out one item, `view` to
 * prepare one view, `pair` to ask one view about one item, `vectors` to read the vector of one item, `near` to compare it
 * with that of one view.
 */
const costs = {
  postgres: {
    sql: { batch: 1, item: 0.001, view: 0.1, pair: 0.0004, vectors: 0.02, near: 0.0006 },
    columnar: { batch: 10, item: 0.008, view: 0.02, pair: 0.000003, vectors: 0.01, near: 0.00003 },
  },
  pglite: {
    sql: { batch: 2, item: 0.002, view: 0.3, pair: 0.0007, vectors: 0.03, near: 0.0006 },
    columnar: { batch: 15, item: 0.012, view: 0.03, pair: 0.000003, vectors: 0.015, near: 0.00003 },
  },
}

export interface Size {
  engine: Database['engine']
  items: number
  views: number
  /** Views that compare vectors. */
  near: number
}

export function choose(setting: EvaluatorSetting, size: Size): Choice {
  if (setting !== 'auto') return { evaluator: setting, reason: `BELFRY_EVALUATOR is ${setting}` }
  const { items, views } = size
  const [sql, columnar] = [expectedMs('sql', size), expectedMs('columnar', size)]
  const evaluator = columnar < sql ? 'columnar' : 'sql'
  const reason = `${items} items × ${views} views: expected ${rounded(columnar)} ms columnar, ${rounded(sql)} ms in SQL`
  return { evaluator, reason }
}

function expectedMs(evaluator: 'sql' | 'columnar', { engine, items, views, near }: Size): number {
  const cost = costs[engine][evaluator]
  const vectors = near === 0 ? 0 : cost.vectors * items + cost.near * items * near
  return cost.batch + cost.item * items + cost.view * views + cost.pair * items * views + vectors
}

const rounded = (ms: number) => Number(ms.toPrecision(2))
