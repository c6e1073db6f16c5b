// A notification: one person is told that one view matched on one batch.
import { type Static, Type } from 'typebox'
import { Instant, OrNull, Uuid } from '../lib/schemas.ts'

export { countUnread } from './store.ts'

export const Notification = Type.Object({
  id: Uuid,
  user_id: Uuid,
  entity_type: Type.String({ description: 'Always "saved_view" for monitor alerts' }),
  entity_id: Type.String({ description: 'The saved view that triggered this alert' }),
  title: Type.String(),
  message: OrNull(Type.String()),
  metadata: Type.Object({
    batch_id: Uuid,
    is_alert: Type.Boolean(),
    view_name: Type.String(),
    dataset_name: Type.String(),
    result_count: Type.Integer(),
  }),
  dataset_id: OrNull(Uuid),
  created_at: Instant,
  read_at: OrNull(Instant),
})
export type Notification = Static<typeof Notification>

/** What all who are told of an alert have in common. */
export interface AlertRow {
  view_id: string
  batch_id: string
  view_name: string
  dataset_name: string
  result_count: number
}

export interface NotificationRow extends AlertRow {
  seq: number
  id: string
  user_id: string
  dataset_id: string | null
  created_at: string
  read_at: string | null
}

/** The documented form, in the documented order of fields. */
export const fromRow = (row: NotificationRow): Notification => ({
  id: row.id,
  user_id: row.user_id,
  entity_type: 'saved_view',
  entity_id: row.view_id,
  title: '',
  message: null,
  metadata: {
    batch_id: row.batch_id,
    is_alert: true,
    view_name: row.view_name,
    dataset_name: row.dataset_name,
    result_count: row.result_count,
  },
  dataset_id: row.dataset_id,
  created_at: row.created_at,
  read_at: row.read_at,
})
