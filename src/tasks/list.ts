// What people see of tasks. Every query here is scoped to the datasets its reader is a member of.
import sql, { join, type RawValue, type Sql } from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import type { Role } from '../lib/caller.ts'
import type { Instant } from '../lib/time.ts'
import type { ItemProblem, TaskEvaluation, TaskStatus, TaskType } from './tasks.ts'

/** A list for a menu; longer ones are cut. */
const maxChoices = 1_000

export interface SeenTask {
  task_id: string
  dataset_id: string
  dataset_name: string
  dataset_status: string
  created_by: string | null
  task_type: TaskType
  status: TaskStatus
  status_message: string
  progress_percentage: number
  error_message: string | null
  start_time: Instant | null
  end_time: Instant | null
}

export interface TaskFilter {
  dataset_id?: string
  dataset_name?: string
  task_type?: TaskType
  task_status?: TaskStatus
  created_by?: string
  start_time_from?: string
  start_time_to?: string
}

// A task that waits has no start yet; people find and sort it by when it was asked for.
const initiated = sql`coalesce(tasks.start_time, tasks.created_at)`

export const sortColumns = {
  start_time: initiated,
  status: sql`tasks.status`,
  task_type: sql`tasks.task_type`,
  dataset_name: sql`display_name`,
  dataset_id: sql`tasks.dataset_id`,
  created_by: sql`users.email`,
}

const seen = (userId: string): Sql => sql`
  from tasks
  join dataset_members on dataset_members.dataset_id = tasks.dataset_id and dataset_members.user_id = ${userId}
  join datasets on datasets.id = tasks.dataset_id
  left join users on users.id = tasks.created_by`

// Tasks spell a dataset's status with `_`, the dataset itself with spaces.
const columns: Sql = sql`
  tasks.id as task_id, tasks.dataset_id, display_name as dataset_name,
  replace(datasets.status, ' ', '_') as dataset_status,
  users.email as created_by, task_type, tasks.status, status_message, progress_percentage, error_message,
  start_time, end_time`

export async function listTasks(
  db: Queryable,
  userId: string,
  filter: TaskFilter,
  page: { sortBy: keyof typeof sortColumns; ascending: boolean; limit: number; offset: number },
): Promise<{ tasks: SeenTask[]; total: number }> {
  const when = (value: RawValue | undefined, condition: Sql) => (value === undefined ? [] : [condition])
  const where = join(
    [
      sql`true`,
      ...when(filter.dataset_id, sql`tasks.dataset_id = ${filter.dataset_id}`),
      ...when(filter.dataset_name, sql`position(lower(${filter.dataset_name}) in lower(display_name)) > 0`),
      ...when(filter.task_type, sql`task_type = ${filter.task_type}`),
      ...when(filter.task_status, sql`tasks.status = ${filter.task_status}`),
      ...when(filter.created_by, sql`lower(users.email) = lower(${filter.created_by})`),
      ...when(filter.start_time_from, sql`${initiated} >= ${filter.start_time_from}::timestamptz`),
      ...when(filter.start_time_to, sql`${initiated} <= ${filter.start_time_to}::timestamptz`),
    ],
    ' and ',
  )
  const direction = page.ascending ? sql`asc` : sql`desc`
  const tasks = await db.query<SeenTask>(sql`
    select ${columns} ${seen(userId)} where ${where}
    order by ${sortColumns[page.sortBy]} ${direction} nulls last, tasks.created_at desc, tasks.id
    limit ${page.limit} offset ${page.offset}`)
  const [counted] = await db.query<{ total: number }>(sql`
    select count(*) as total ${seen(userId)} where ${where}`)
  return { tasks, total: counted!.total }
}

interface FoundTask extends SeenTask {
  role: Role
  batch_id: string | null
  evaluation: TaskEvaluation | null
}

/** The task with its reader's role in the dataset; undefined when it does not exist for them. */
export async function findTask(
  db: Queryable,
  userId: string,
  taskId: string,
): Promise<FoundTask | undefined> {
  const [task] = await db.query<FoundTask>(sql`
    select ${columns}, tasks.batch_id, tasks.evaluation, dataset_members.role ${seen(userId)} where tasks.id = ${taskId}`)
  return task
}

interface OfBatch {
  task_id: string
  batch_id: string | null
}

// An item keeps its own failure, so that a retry which succeeds leaves no stale problem behind. What is on a picture that
// could not be read is no problem of its own.
const problems = ({ task_id, batch_id }: OfBatch): Sql => sql`(
  select 0 as part, ordinal, subject, problem from task_problems where task_id = ${task_id}
  union all
  select 1, ordinal, case when folder = '' then file_name else folder || '/' || file_name end, failure
  from items where batch_id = ${batch_id} and state = 'failed'
    and not exists (select from items image where image.id = items.parent_id and image.state = 'failed'))`

/** What went wrong with single rows and files, then with single items, in their order. */
export function problemsOf(db: Queryable, task: OfBatch, limit: number): Promise<ItemProblem[]> {
  return db.query<ItemProblem>(sql`
    select subject, problem from ${problems(task)} as found order by part, ordinal limit ${limit}`)
}

export async function countProblems(db: Queryable, task: OfBatch): Promise<number> {
  const [counted] = await db.query<{ count: number }>(sql`
    select count(*) as count from ${problems(task)} as found`)
  return counted!.count
}

export interface TaskChoices {
  datasets: { dataset_id: string; dataset_name: string }[]
  created_by: string[]
}

/** What the reader's own tasks can be filtered by. */
export async function taskChoices(db: Queryable, userId: string): Promise<TaskChoices> {
  const datasets = await db.query<TaskChoices['datasets'][number]>(sql`
    select distinct tasks.dataset_id, display_name as dataset_name ${seen(userId)}
    order by display_name, tasks.dataset_id limit ${maxChoices}`)
  const people = await db.query<{ email: string }>(sql`
    select distinct users.email ${seen(userId)} where users.email is not null order by users.email limit ${maxChoices}`)
  return { datasets, created_by: people.map(({ email }) => email) }
}
