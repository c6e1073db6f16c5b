import sql, { type Sql } from 'sql-template-tag'
import type { Queryable, Transaction } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import { Interrupted } from './run.ts'
import type { ItemProblem, Task, TaskEvaluation, TaskStatus, TaskType } from './tasks.ts'

/** Says "look for work" to idle workers, and "look at your task" to the one that holds the task in the payload. */
export const tasksChannel = 'belfry_tasks'
/** So many problems of one task are stored, each one line for a person to read. */
const maxProblems = 10_000

const taskColumns: Sql = sql`
  id, dataset_id, batch_id, created_by, task_type, status, status_before, attempts, abort_requested, start_time`
const open: Sql = sql`('PENDING', 'INITIALIZING', 'RUNNING')`
const lease = (leaseMs: number): Sql => sql`clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'`

/**
 * Queues work; the transaction must hold the dataset's row (lockDataset). Throws `operationBlocked` when the dataset
 * has an open task: the unique index decides that, so no race passes it.
 */
export async function openTask(
  tx: Transaction,
  task: {
    datasetId: string
    batchId: string | null
    createdBy: string
    taskType: TaskType
    statusBefore: string
    /** How the refusal names what was asked for: `add_media`. */
    operation: string
  },
): Promise<string> {
  const [opened] = await tx.query<{ id: string }>(sql`
    insert into tasks (dataset_id, batch_id, created_by, task_type, status_before, status_message)
    values (${task.datasetId}, ${task.batchId}, ${task.createdBy}, ${task.taskType}, ${task.statusBefore}, 'Waiting for a worker')
    on conflict (dataset_id) where status in ${open} do nothing
    returning id`)
  if (!opened)
    throw problems.operationBlocked(
      task.operation,
      (await openTaskOf(tx, task.datasetId))?.task_type ?? 'another',
    )
  await tx.query(sql`select pg_notify(${tasksChannel}, ${opened.id})`)
  return opened.id
}

/** The one task that may be open in a dataset. */
export async function openTaskOf(db: Queryable, datasetId: string): Promise<Task | undefined> {
  const [task] = await db.query<Task>(sql`
    select ${taskColumns} from tasks where dataset_id = ${datasetId} and status in ${open}`)
  return task
}

/** Makes an ended task pending again, as if it were new. The dataset must have no open task. */
export async function reopenTask(tx: Transaction, task: Task, statusBefore: string): Promise<void> {
  await tx.query(sql`
    update tasks
    set status = 'PENDING', status_message = 'Waiting for a worker', progress_percentage = 0, error_message = null,
        start_time = null, end_time = null, abort_requested = false, attempts = 0, status_before = ${statusBefore}
    where id = ${task.id}`)
  await tx.query(sql`select pg_notify(${tasksChannel}, ${task.id})`)
}

/** Takes the oldest task that waits, or whose worker has been silent for longer than its lease. */
export async function claimTask(db: Queryable, claim: string, leaseMs: number): Promise<Task | undefined> {
  const [task] = await db.query<Task>(sql`
    update tasks
    set status = 'INITIALIZING', claimed_by = ${claim}, lease_until = ${lease(leaseMs)}, attempts = attempts + 1,
        start_time = coalesce(start_time, clock_timestamp())
    where id = (
      select id from tasks
      where status in ${open} and (status = 'PENDING' or lease_until < clock_timestamp())
      order by created_at, id limit 1
      for update skip locked)
    returning ${taskColumns}`)
  return task
}

/** Only for the embedded engine, where the folder's lock proves that no other process lives: no lease to wait for. */
export async function freeOrphans(db: Queryable): Promise<void> {
  await db.query(sql`
    update tasks set status = 'PENDING', claimed_by = null, lease_until = null
    where status in ('INITIALIZING', 'RUNNING')`)
}

/** Says that the worker lives. Returns undefined when the task is no longer its own. */
export async function renewLease(
  db: Queryable,
  taskId: string,
  claim: string,
  leaseMs: number,
): Promise<{ abort_requested: boolean } | undefined> {
  const [held] = await db.query<{ abort_requested: boolean }>(sql`
    update tasks set lease_until = ${lease(leaseMs)} where id = ${taskId} and claimed_by = ${claim}
    returning abort_requested`)
  return held
}

export async function writeProgress(
  db: Queryable,
  taskId: string,
  claim: string,
  percent: number,
  message: string,
): Promise<void> {
  await db.query(sql`
    update tasks set status = 'RUNNING', progress_percentage = ${percent}, status_message = ${message}
    where id = ${taskId} and claimed_by = ${claim}`)
}

/**
 * Locks the dataset, then the task: everybody who wants both takes them in this order. Returns undefined when the
 * task is gone.
 */
export async function lockTask(tx: Transaction, taskId: string): Promise<Task | undefined> {
  await tx.query(sql`
    select from datasets where id = (select dataset_id from tasks where id = ${taskId}) for no key update`)
  const [task] = await tx.query<Task>(sql`select ${taskColumns} from tasks where id = ${taskId} for update`)
  return task
}

/** Locks the task for a worker's write. Throws Interrupted('lost') when another worker has it, or it is gone. */
export async function holdTask(tx: Transaction, task: Task, claim: string): Promise<void> {
  // The weaker lock on the dataset comes first, so that its deletion waits here instead of in a circle.
  await tx.query(sql`select from datasets where id = ${task.dataset_id} for key share`)
  const held = await tx.query(sql`
    select from tasks where id = ${task.id} and claimed_by = ${claim} for update`)
  if (held.length === 0) throw new Interrupted('lost')
}

/** Ends a task well, in the transaction that makes its results visible. Nothing happens when it has ended already. */
export async function completeTask(tx: Queryable, taskId: string, message: string): Promise<void> {
  await tx.query(sql`
    update tasks
    set status = 'COMPLETED', status_message = ${message}, progress_percentage = 100, end_time = clock_timestamp(),
        claimed_by = null, lease_until = null
    where id = ${taskId} and status in ${open}`)
}

/** How the batch of the task was evaluated; null when there was nothing to evaluate. */
export async function noteEvaluation(
  tx: Queryable,
  taskId: string,
  evaluation: TaskEvaluation,
): Promise<void> {
  await tx.query(sql`update tasks set evaluation = ${JSON.stringify(evaluation)}::jsonb where id = ${taskId}`)
}

export async function endTask(
  tx: Queryable,
  taskId: string,
  status: Extract<TaskStatus, 'FAILED' | 'ABORTED'>,
  message: string,
): Promise<void> {
  await tx.query(sql`
    update tasks
    set status = ${status}, status_message = ${status === 'FAILED' ? 'Failed' : 'Aborted'},
        error_message = ${status === 'FAILED' ? message : null},
        end_time = clock_timestamp(), claimed_by = null, lease_until = null
    where id = ${taskId}`)
}

/** Back to the queue; an attempt that this process itself broke off does not count. */
export async function giveBack(db: Queryable, taskId: string, claim: string): Promise<void> {
  await db.query(sql`
    update tasks set status = 'PENDING', claimed_by = null, lease_until = null, attempts = attempts - 1
    where id = ${taskId} and claimed_by = ${claim}`)
  await db.query(sql`select pg_notify(${tasksChannel}, ${taskId})`)
}

export async function requestAbort(tx: Transaction, taskId: string): Promise<void> {
  await tx.query(sql`update tasks set abort_requested = true where id = ${taskId}`)
  await tx.query(sql`select pg_notify(${tasksChannel}, ${taskId})`)
}

/** Names what went wrong with single items, in order; beyond `maxProblems` they are not stored. */
export async function addProblems(tx: Queryable, taskId: string, found: ItemProblem[]): Promise<void> {
  if (found.length === 0) return
  const some = found.slice(0, maxProblems)
  await tx.query(sql`
    insert into task_problems (task_id, ordinal, subject, problem)
    select ${taskId}, next + row - 1, subject, problem
    from unnest(${some.map(({ subject }) => subject)}::text[], ${some.map(({ problem }) => problem)}::text[])
           with ordinality as found (subject, problem, row),
         (select coalesce(max(ordinal) + 1, 0) as next from task_problems where task_id = ${taskId}) as last
    where next + row <= ${maxProblems}`)
}
