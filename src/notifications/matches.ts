// Why an alert was raised: the very items it counted, each with the filters it passed.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import type { Queryable } from '../db/database.ts'
import { unpackOrdinals } from '../lib/ordinals.ts'
import type { Vectors } from '../vectors/vectors.ts'
import { MediaPreview, mediaPreview, type PreviewRow, previewColumns } from '../views/media-preview.ts'
import { Reason, reasonsFor } from '../views/reasons.ts'
import { savedScores } from '../views/saved-scores.ts'
import { ViewFilters } from '../views/view.ts'

/** An item as it is now; that it matched was decided when the alert was raised. */
const Match = Type.Object({ ...MediaPreview.properties, reasons: Type.Array(Reason) })
export const Matches = Type.Object({
  matches: Type.Array(Match),
  total: Type.Integer({ description: 'What the alert counted, also when items were deleted since' }),
  filters: ViewFilters,
  has_more: Type.Boolean(),
})
export type Matches = Static<typeof Matches>

interface AlertRow {
  id: string
  total: number
  /** The page of a short list; a long one is packed. */
  listed: number[]
  packed: Uint8Array | null
  view_id: string
  batch_id: string
  filters: Static<typeof ViewFilters>
}

/** Undefined when the user has no such notification. */
export async function readMatches(
  { db, vectors }: { db: Queryable; vectors: Vectors },
  userId: string,
  notificationId: string,
  page: { limit: number; offset: number },
): Promise<Matches | undefined> {
  const [alert] = await db.query<AlertRow>(sql`
    select alert.id, result_count as total, alert.matched[${page.offset + 1}::integer:${page.offset + page.limit}::integer] as listed,
      alert.packed, alert.view_id, alert.batch_id, alert.filters
    from notifications notification join alerts alert on alert.id = notification.alert_id
    where notification.id = ${notificationId} and notification.user_id = ${userId}`)
  if (!alert) return undefined
  const ordinals = alert.packed ? unpackOrdinals(alert.packed, page.offset, page.limit) : alert.listed
  const scores = await savedScores(db, vectors, alert.view_id, alert.batch_id)
  const rows = await db.query<PreviewRow & { batch_id: string; ordinal: number }>(sql`
    select ${previewColumns}, items.batch_id, items.ordinal
    from alerts alert
      cross join unnest(${ordinals}::integer[]) as matched (ordinal)
      join items on items.batch_id = alert.batch_id and items.ordinal = matched.ordinal
    where alert.id = ${alert.id}
    order by items.ordinal`)
  return {
    matches: rows.map(row => ({
      ...mediaPreview(row),
      reasons: reasonsFor(alert.filters, row.scores, scores(row)),
    })),
    total: alert.total,
    filters: alert.filters,
    has_more: page.offset + page.limit < alert.total && rows.length > 0,
  }
}
