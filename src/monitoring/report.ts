// How a batch was evaluated, told to those who want to know: on the task, in the log, in the metrics.
import type { FastifyBaseLogger } from 'fastify'
import type { Transaction } from '../db/database.ts'
import type { Metrics } from '../lib/metrics.ts'
import { addProblems, noteEvaluation } from '../tasks/tasks.ts'
import type { Recorded } from './record.ts'

export async function noteReport(tx: Transaction, taskId: string, { report }: Recorded): Promise<void> {
  const { differences, ms, ...rest } = report
  await noteEvaluation(tx, taskId, { ...rest, differences: differences.length, ms: Math.round(ms) })
  await addProblems(
    tx,
    taskId,
    differences.map(({ name, sql, columnar }) => ({
      subject: name,
      problem: `The two evaluators do not agree on this view (${sql} in SQL, ${columnar} columnar); the count in SQL was kept. Please report it.`,
    })),
  )
}

/** After the commit, so that nothing is told which did not happen. */
export function tellReport(
  { logger, metrics }: { logger: FastifyBaseLogger; metrics: Metrics },
  batchId: string,
  { report, failures }: Recorded,
): void {
  const { differences, ...rest } = report
  logger.info({ batch: batchId, ...rest, differences: differences.length }, 'batch evaluated')
  for (const difference of differences)
    logger.error({ batch: batchId, ...difference }, 'the evaluators disagree; the count in SQL was kept')
  for (const { view, reason } of failures)
    logger.error({ batch: batchId, view: view.id, reason }, 'view could not be evaluated')
  metrics.evaluationSeconds.observe({ evaluator: report.evaluator }, report.ms / 1000)
  metrics.viewsEvaluated.inc({ evaluator: report.evaluator }, report.views - report.failed)
  metrics.viewsFailed.inc(report.failed)
  metrics.evaluatorsDiffer.inc(differences.length)
}
