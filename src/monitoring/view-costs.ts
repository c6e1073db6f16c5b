// Which views are slow, and which cannot be evaluated, as of their last evaluation.
import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'

export interface SlowView {
  view_id: string
  view_name: string
  dataset_id: string
  dataset_name: string
  ms: number
}
export interface FailingView extends Omit<SlowView, 'ms'> {
  reason: string
}

const named: Sql = sql`
  views.id as view_id, views.name as view_name, datasets.id as dataset_id, display_name as dataset_name`
/** Of every dataset, or of those which a user is a member of. */
const visible = (userId?: string): Sql => sql`
  views join datasets on datasets.id = views.dataset_id
  where monitoring_enabled and ${
    userId === undefined
      ? sql`true`
      : sql`datasets.id in (select dataset_id from dataset_members where user_id = ${userId})`
  }`

export const slowestViews = (db: Queryable, limit: number, userId?: string): Promise<SlowView[]> =>
  db.query<SlowView>(sql`
    select ${named}, evaluation_ms as ms from ${visible(userId)} and evaluation_ms is not null
    order by evaluation_ms desc, views.id limit ${limit}`)

export const failingViews = (db: Queryable, limit: number, userId?: string): Promise<FailingView[]> =>
  db.query<FailingView>(sql`
    select ${named}, evaluation_error as reason from ${visible(userId)} and evaluation_error is not null
    order by display_name, views.name limit ${limit}`)
