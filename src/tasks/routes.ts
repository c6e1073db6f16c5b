import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { mayActAs } from '../lib/caller.ts'
import { instantParameter } from '../lib/instant.ts'
import { problems } from '../lib/problems.ts'
import { OrNull, Uuid } from '../lib/schemas.ts'
import { type Instant, withZone } from '../lib/time.ts'
import {
  countProblems,
  findTask,
  listTasks,
  problemsOf,
  type SeenTask,
  sortColumns,
  taskChoices,
} from './list.ts'
import type { TaskKinds } from './run.ts'
import { endTask, lockTask, openTaskOf, reopenTask, requestAbort } from './store.ts'
import { isOpen, taskStatuses, taskTypes } from './tasks.ts'

/** As many problems as a person reads; `problems_total` says how many there are. */
const shownProblems = 100

/** Page numbers beyond this are beyond every list. */
const maxPage = 1_000_000

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values] }))
const ZonedInstant = Type.String({ description: 'UTC, ISO 8601 with six fractional digits and Z' })

const TaskBody = Type.Object({
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
const TaskDetail = Type.Object({
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
const TaskParams = Type.Object({ task_id: Uuid })

const zoned = (at: Instant | null) => at && withZone(at)
const asBody = <T extends SeenTask>(task: T): T => ({
  ...task,
  start_time: zoned(task.start_time),
  end_time: zoned(task.end_time),
})

export function tasksRoutes(server: Server, db: Database, kinds: TaskKinds): void {
  const tags = ['Tasks']
  const config = { access: 'user' } as const

  server.get(
    '/api/v1/tasks',
    {
      config,
      schema: {
        tags,
        summary: 'List the tasks of your datasets',
        querystring: Type.Object({
          dataset_id: Type.Optional(Uuid),
          dataset_name: Type.Optional(Type.String({ description: 'Part of the name, in any case' })),
          task_type: Type.Optional(oneOf(taskTypes)),
          task_status: Type.Optional(oneOf(taskStatuses)),
          created_by: Type.Optional(Type.String({ description: 'Email' })),
          start_time_from: Type.Optional(
            Type.String({ description: 'ISO 8601; UTC unless it says otherwise' }),
          ),
          start_time_to: Type.Optional(
            Type.String({ description: 'ISO 8601; UTC unless it says otherwise' }),
          ),
          sort_by: Type.Unsafe<keyof typeof sortColumns>(
            Type.String({ enum: Object.keys(sortColumns), default: 'start_time' }),
          ),
          sort_order: Type.Unsafe<'asc' | 'desc'>(Type.String({ enum: ['asc', 'desc'], default: 'desc' })),
          page: Type.Integer({ minimum: 1, maximum: maxPage, default: 1 }),
          page_size: Type.Integer({ minimum: 5, maximum: 50, default: 20 }),
        }),
        response: {
          200: Type.Object({
            tasks: Type.Array(TaskBody),
            total: Type.Integer(),
            page: Type.Integer(),
            page_size: Type.Integer(),
          }),
        },
      },
    },
    async ({ caller, query }) => {
      const { sort_by, sort_order, page, page_size, start_time_from, start_time_to, ...filter } = query
      const { tasks, total } = await listTasks(
        db,
        caller.userId,
        {
          ...filter,
          start_time_from: instantParameter('start_time_from', start_time_from, 'start'),
          start_time_to: instantParameter('start_time_to', start_time_to, 'end'),
        },
        {
          sortBy: sort_by,
          ascending: sort_order === 'asc',
          limit: page_size,
          offset: (page - 1) * page_size,
        },
      )
      return { tasks: tasks.map(asBody), total, page, page_size }
    },
  )

  server.get(
    '/api/v1/tasks/filters',
    {
      config,
      schema: {
        tags,
        summary: 'What your tasks can be filtered by',
        response: {
          200: Type.Object({
            task_types: Type.Array(Type.String()),
            task_statuses: Type.Array(Type.String()),
            datasets: Type.Array(Type.Object({ dataset_id: Uuid, dataset_name: Type.String() })),
            created_by: Type.Array(Type.String()),
          }),
        },
      },
    },
    async ({ caller }) => ({
      task_types: [...taskTypes],
      task_statuses: [...taskStatuses],
      ...(await taskChoices(db, caller.userId)),
    }),
  )

  async function readTask(userId: string, taskId: string) {
    const task = await findTask(db, userId, taskId)
    if (!task) throw problems.taskNotFound()
    return {
      ...asBody(task),
      problems: await problemsOf(db, task, shownProblems),
      problems_total: await countProblems(db, task),
    }
  }

  server.get(
    '/api/v1/tasks/:task_id',
    { config, schema: { tags, summary: 'Read a task', params: TaskParams, response: { 200: TaskDetail } } },
    ({ caller, params }) => readTask(caller.userId, params.task_id),
  )

  async function requireEditor(userId: string, taskId: string): Promise<void> {
    const task = await findTask(db, userId, taskId)
    if (!task) throw problems.taskNotFound()
    if (!mayActAs(task.role, 'editor')) throw problems.roleTooLow('editor')
  }

  server.post(
    '/api/v1/tasks/:task_id/abort',
    {
      config: { ...config, refuses: [409] },
      schema: {
        tags,
        summary: 'Abort a task',
        description: 'A running task ends at its next item; what it has taken in so far stays.',
        params: TaskParams,
        response: { 200: TaskDetail },
      },
    },
    async ({ caller, params }) => {
      await requireEditor(caller.userId, params.task_id)
      await db.transaction(async tx => {
        const task = await lockTask(tx, params.task_id)
        if (!task) throw problems.taskNotFound()
        if (!isOpen(task.status)) throw problems.taskEnded(task.status)
        if (task.status !== 'PENDING') return requestAbort(tx, task.id)
        await kinds[task.task_type]?.undo(tx, task, { status: 'ABORTED', message: 'Aborted' })
        await endTask(tx, task.id, 'ABORTED', 'Aborted')
      })
      return readTask(caller.userId, params.task_id)
    },
  )

  server.post(
    '/api/v1/tasks/:task_id/retry',
    {
      config: { ...config, refuses: [400, 409] },
      schema: {
        tags,
        summary: 'Retry a failed or aborted task',
        description: 'It goes on where it ended; items that could not be read are tried again.',
        params: TaskParams,
        response: { 200: TaskDetail },
      },
    },
    async ({ caller, params }) => {
      await requireEditor(caller.userId, params.task_id)
      await db.transaction(async tx => {
        const task = await lockTask(tx, params.task_id)
        if (!task) throw problems.taskNotFound()
        if (task.status !== 'FAILED' && task.status !== 'ABORTED')
          throw problems.taskNotRetryable(task.status)
        const running = await openTaskOf(tx, task.dataset_id)
        if (running) throw problems.operationBlocked('retry', running.task_type)
        const redo = kinds[task.task_type]?.redo
        if (!redo) throw problems.retryUnsupported(task.task_type)
        const { statusBefore } = await redo(tx, task)
        await reopenTask(tx, task, statusBefore)
      })
      return readTask(caller.userId, params.task_id)
    },
  )
}
