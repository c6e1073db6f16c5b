// The batches of a dataset, latest first, each with what it brought and which views it made alert.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import type { Queryable } from '../db/database.ts'
import { Instant, OrNull, Uuid } from '../lib/schemas.ts'

/** A batch that makes more views alert says how many; the inbox has all of them. */
const maxAlerts = 20

const TimelineAlert = Type.Object({
  notification_id: Type.Union([Uuid, Type.Null()], {
    description: 'The reader’s, with the list of what matched; null for who was not a member then',
  }),
  view_id: Uuid,
  view_name: Type.String(),
  result_count: Type.Integer(),
  filters: Type.Unsafe<object>(
    Type.Object({}, { additionalProperties: true, description: 'The view’s, as they were evaluated' }),
  ),
})
const TimelineBatch = Type.Object({
  batch_id: Uuid,
  state: Type.String({ description: 'accepted, listed, processed or evaluated' }),
  accepted_at: OrNull(Instant),
  evaluated_at: OrNull(Instant),
  created_by: OrNull(Type.String({ description: 'The name of who sent it' })),
  n_images: Type.Integer(),
  n_objects: Type.Integer(),
  n_failed: Type.Integer({ description: 'Items that could not be read' }),
  task_id: OrNull(Uuid),
  task_status: OrNull(Type.String()),
  progress: Type.Number({ description: '0–100, of the task' }),
  n_alerts: Type.Integer(),
  alerts: Type.Array(TimelineAlert, { description: `The first ${maxAlerts}, most matches first` }),
})
export const Timeline = Type.Object({
  batches: Type.Array(TimelineBatch),
  total: Type.Integer(),
  has_more: Type.Boolean(),
})
export type Timeline = Static<typeof Timeline>

export interface TimelinePage {
  limit: number
  offset: number
}

export async function readTimeline(
  db: Queryable,
  { datasetId, userId }: { datasetId: string; userId: string },
  { limit, offset }: TimelinePage,
): Promise<Timeline> {
  const known = sql`dataset_id = ${datasetId} and state <> 'open'`
  const [counted] = await db.query<{ total: number }>(sql`
    select count(*) as total from batches where ${known}`)
  const batches = await db.query<Timeline['batches'][number]>(sql`
    select page.id as batch_id, page.state, accepted_at, evaluated_at, users.name as created_by,
           n_images, n_objects, n_failed, task.id as task_id, task.status as task_status,
           coalesce(task.progress_percentage, 100) as progress, n_alerts, alerts
    from (
      select * from batches where ${known}
      order by accepted_seq desc nulls last, id limit ${limit} offset ${offset}) page
    left join users on users.id = page.created_by
    left join lateral (
      select id, status, progress_percentage from tasks where batch_id = page.id
      order by created_at desc limit 1) task on true
    cross join lateral (
      select count(*) filter (where kind = 'IMAGE' and state = 'ready') as n_images,
             count(*) filter (where kind = 'OBJECT' and state = 'ready') as n_objects,
             count(*) filter (where state = 'failed') as n_failed
      from items where batch_id = page.id) counted
    cross join lateral (
      select count(*) as n_alerts from alerts where batch_id = page.id) raised
    cross join lateral (
      select coalesce(jsonb_agg(first), '[]') as alerts from (
        select view_id, view_name, result_count, filters, (
          select id from notifications where alert_id = alerts.id and user_id = ${userId}) as notification_id
        from alerts where batch_id = page.id
        order by result_count desc, view_name limit ${maxAlerts}) first) told
    order by accepted_seq desc nulls last, page.id`)
  const { total } = counted!
  return { batches, total, has_more: offset + batches.length < total }
}
