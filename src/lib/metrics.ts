// What Belfry counts about itself, for Prometheus (src/http/metrics.ts). One registry for each app.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** From a handful of items to a hundred thousand items and ten thousand views in SQL. */
const evaluationBuckets = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]

export function createMetrics() {
  const registers = [new Registry()] as [Registry]
  return {
    registry: registers[0],
    evaluationSeconds: new Histogram({
      name: 'belfry_evaluation_seconds',
      help: 'Time to evaluate all views against one batch, by the evaluator that counted',
      labelNames: ['evaluator'],
      buckets: evaluationBuckets,
      registers,
    }),
    viewsEvaluated: new Counter({
      name: 'belfry_views_evaluated_total',
      help: 'Views evaluated against a batch, by the evaluator that counted',
      labelNames: ['evaluator'],
      registers,
    }),
    viewsFailed: new Counter({
      name: 'belfry_views_failed_total',
      help: 'Evaluations that ended with an error instead of a count',
      registers,
    }),
    evaluatorsDiffer: new Counter({
      name: 'belfry_evaluators_differ_total',
      help: 'Views on which the two evaluators did not agree; anything but 0 is a fault of Belfry',
      registers,
    }),
    slowestViewMs: new Gauge({
      name: 'belfry_slowest_view_ms',
      help: 'What the last evaluation of the slowest views took',
      labelNames: ['dataset_id', 'view_id'],
      registers,
    }),
  }
}
