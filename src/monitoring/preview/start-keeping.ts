import type { FastifyBaseLogger } from 'fastify'
import type { Queryable } from '../../db/database.ts'
import { workBehind } from '../../lib/behind.ts'
import type { ColumnarEvaluator } from '../columnar/evaluator.ts'

/** Later than a batch is told of, which comes first. */
const lookEveryMs = 60_000

/** Stores the columns of batches that were evaluated meanwhile, until it is stopped. */
export function startKeeping(
  db: Queryable,
  columnar: ColumnarEvaluator,
  log: FastifyBaseLogger,
): { stop: () => Promise<void> } {
  const behind = workBehind()
  const keep = async (signal: AbortSignal) => {
    try {
      await columnar.keepBatches(db, signal)
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'the columns of a batch were not stored')
    }
  }
  const timer = setInterval(() => behind.begin(keep), lookEveryMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await behind.stop()
    },
  }
}
