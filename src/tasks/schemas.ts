// How tasks look from outside.
import { Type } from 'typebox'
import { OrNull, Uuid } from '../lib/schemas.ts'
import { type Instant, withZone } from '../lib/time.ts'
import type { SeenTask } from './list.ts'
import { taskStatuses, taskTypes } from './tasks.ts'

/** As many problems as a person reads; `problems_total` says how many there are. */
export const shownProblems = 100

export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values] }))
const ZonedInstant = Type.String({ description: 'UTC, ISO 8601 with six fractional digits and Z' })

export const TaskBody = Type.Object({
  task_id: Uuid,
  dataset_id: Uuid,
  dataset_name: Type.String(),
  dataset_status: Type.String({ description: 'As `status_new` of the dataset, with `_` for spaces' }),
  created_by: OrNull(Type.String({ description: 'The email of who asked for it' })),
  task_type: oneOf(taskTypes),
  status: oneOf(taskStatuses),
  status_message: Type.String(),
  progress_percentage: Type.Number({ description: '0–100' }),
  error_message: OrNull(Type.String()),
  start_time: OrNull(ZonedInstant),
  end_time: OrNull(ZonedInstant),
})
export const TaskDetail = Type.Object({
  ...TaskBody.properties,
  batch_id: OrNull(Uuid),
  problems: Type.Array(Type.Object({ subject: Type.String(), problem: Type.String() }), {
    description: `What went wrong with single files, rows and items; the first ${shownProblems}`,
  }),
  problems_total: Type.Integer(),
  evaluation: OrNull(
    Type.Object(
      {
        evaluator: Type.String({ description: '`sql`, `columnar`, or `both`' }),
        reason: Type.String({ description: 'Why this one' }),
        items: Type.Integer(),
        views: Type.Integer(),
        failed: Type.Integer({ description: 'Views that could not be evaluated' }),
        left_to_sql: Type.Integer({ description: 'Views which the columnar evaluator left to SQL' }),
        checked: Type.Integer({ description: 'Views that were counted both ways' }),
        differences: Type.Integer({ description: 'Those on which the evaluators did not agree' }),
        ms: Type.Integer(),
      },
      { description: 'How the batch was evaluated; null until then' },
    ),
  ),
})
export const TaskParams = Type.Object({ task_id: Uuid })

const zoned = (at: Instant | null) => at && withZone(at)
export const asBody = <T extends SeenTask>(task: T): T => ({
  ...task,
  start_time: zoned(task.start_time),
  end_time: zoned(task.end_time),
})
