// A saved view: a filter with a name that is evaluated on each batch that comes after it. It never changes; only its
// switches and its counters do.
import { type Static, Type } from 'typebox'
import { isOneLine } from '../lib/one-line.ts'
import { problems } from '../lib/problems.ts'
import { Instant, OrNull, Uuid } from '../lib/schemas.ts'
import { type EntityType, entityTypes, type VqlItem } from './filter.ts'

const Vql = Type.Array(Type.Unsafe<VqlItem>({ type: 'object', additionalProperties: true }))
const Count = Type.Integer({ description: 'Cumulative matches; -1 until the first evaluation' })

/** What a view looks for, as the API tells it. */
export const ViewFilters = Type.Object({
  entity_type: Type.Unsafe<EntityType>(Type.String({ enum: [...entityTypes] })),
  threshold: Type.String({ description: 'A number from 0 to 1, as a string' }),
  caption: OrNull(Type.String()),
  vql: Vql,
})

export const View = Type.Object({
  id: Uuid,
  dataset_id: Uuid,
  name: Type.String(),
  created_at: Instant,
  created_by: OrNull(Type.Object({ user_id: Uuid, email: Type.String(), name: Type.String() })),
  filters: ViewFilters,
  stats: Type.Object({ n_images: Count, n_objects: Count, n_video_frames: Count }),
  monitoring_enabled: Type.Boolean(),
  monitoring_started_at: Instant,
  alerting_enabled: Type.Boolean(),
  total_results: Type.Integer({ description: 'Matches summed over the evaluated batches' }),
  last_results: OrNull(Instant),
  evaluation_error: Type.Optional(
    Type.String({ description: 'Why the last batch could not be evaluated; absent when it was' }),
  ),
})
export type View = Static<typeof View>

export const Trend = Type.Object({
  points: Type.Array(
    Type.Object({ timestamp: Instant, batch_id: Uuid, count: Type.Integer(), cumulative: Type.Integer() }),
  ),
  errors: Type.Optional(
    Type.Array(Type.Object({ timestamp: Instant, batch_id: Uuid, reason: Type.String() }), {
      description:
        'Batches for which the view could not be evaluated: they have no point; absent when there are none',
    }),
  ),
  total_results: Type.Integer(),
  last_results: OrNull(Instant),
})
export type Trend = Static<typeof Trend>

const maxNameLength = 200

/** A view's or tag's name without spaces around it. Throws `invalid` unless 1–200 characters are left. */
export function readName(text: string): string {
  const name = text.trim()
  const length = [...name].length
  if (length === 0 || length > maxNameLength)
    throw problems.invalid(`A name has 1 to ${maxNameLength} characters; this one has ${length}.`)
  if (!isOneLine(name)) throw problems.invalid('A name is one line of text without control characters.')
  return name
}
