// Evaluates views against one batch, and only that batch: how many of its items match, and which. A view that cannot be
// evaluated fails by name, and never counts as 0.
import type { FastifyBaseLogger } from 'fastify'
import type { EvaluatorSetting } from '../config.ts'
import { type Language, languageOf } from '../datasets/datasets.ts'
import type { Database, Transaction } from '../db/database.ts'
import type { Vectors } from '../vectors/vectors.ts'
import { type Choice, choose } from './choose.ts'
import type { ColumnarEvaluator } from './columnar/evaluator.ts'
import { type Difference, requireEqual } from './compare.ts'
import type { Watched } from './count.ts'
import { countByColumns } from './count-by-columns.ts'
import { sqlCounter } from './count-by-sql.ts'
import type { BatchToEvaluate, Evaluation, Failure, MonitoredView } from './monitored-view.ts'
import { readViews } from './read-views.ts'
import { countReadyItems } from './store.ts'

export interface Evaluations {
  evaluations: Evaluation[]
  failures: Failure[]
  report: Report
}

/** How the batch was evaluated, for the log, the metrics and the task. */
export interface Report extends Choice {
  items: number
  views: number
  failed: number
  ms: number
  /** Views which the columnar evaluator left to the SQL form: only the database knows what they ask. */
  left_to_sql: number
  /** Views that were counted both ways. */
  checked: number
  /** Those of them which the evaluators do not agree on. */
  differences: (Difference & { name: string })[]
}

export type Evaluate = (
  tx: Transaction,
  batch: BatchToEvaluate,
  views: MonitoredView[],
) => Promise<Evaluations>

export interface EvaluateParts {
  engine: Database['engine']
  setting: EvaluatorSetting
  columnar: Pick<ColumnarEvaluator, 'count'>
  vectors: Vectors
  logger: FastifyBaseLogger
}

/** So many views of each batch, chosen at random, are counted both ways: a standing check that costs one statement. */
const checkedViews = 3
/** In SQL the main thread reads all vectors of the batch as text: 20 MB of 10,000 items. */
const maxItemsCheckedByVectors = 10_000

export function createEvaluate({ engine, setting, columnar, vectors, logger }: EvaluateParts): Evaluate {
  const countBySql = sqlCounter(vectors.search)
  const models = [vectors.image?.id, vectors.text?.id].filter(id => id !== undefined)

  return async (tx, batch, views) => {
    const begun = performance.now()
    const { readable, failures } = await readViews(tx, batch, views, models)
    const items = await countReadyItems(tx, batch.id)
    const choice = choose(setting, {
      engine,
      items,
      views: readable.length,
      near: readable.filter(view => view.near?.size).length,
    })
    const language = await languageOf(tx, batch.dataset_id)
    const watched = readable.map(view => asWatched(view, language))
    const { counts, ...counting } = await count(tx, batch.id, watched, { ...choice, items })
    const differences = counting.differences.map(one => ({ ...one, name: readable[one.view]!.name }))
    if (choice.evaluator === 'both') requireEqual(differences)
    const ms = performance.now() - begun
    return {
      evaluations: readable.map((view, i) => ({ view, ...counts[i]! })),
      failures,
      report: { ...counting, differences, items, views: views.length, failed: failures.length, ms },
    }
  }

  async function count(
    tx: Transaction,
    batchId: string,
    watched: Watched[],
    { items, ...choice }: Choice & { items: number },
  ) {
    const inSql = async (why: Choice) => {
      const counts = await countBySql(tx, batchId, watched)
      return { ...why, counts, left_to_sql: 0, checked: 0, differences: [] }
    }
    if (choice.evaluator === 'sql') return inSql(choice)
    try {
      const check =
        choice.evaluator === 'both'
          ? { views: watched.length, byVectors: true }
          : { views: checkedViews, byVectors: items <= maxItemsCheckedByVectors }
      return { ...choice, ...(await countByColumns({ tx, batchId, columnar, countBySql }, watched, check)) }
    } catch (error) {
      if (setting !== 'auto') throw error
      logger.error({ err: error, batch: batchId }, 'the columnar evaluator failed; SQL counts this batch')
      return inSql({ evaluator: 'sql', reason: 'the columnar evaluator failed; the log says why' })
    }
  }
}

const asWatched = ({ filter, alerting_enabled, near }: MonitoredView, language: Language): Watched => ({
  language,
  filter,
  matches: alerting_enabled,
  near,
})
