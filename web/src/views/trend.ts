// What stands in a trend: batches that were counted, and those that could not be.
import type { Trend } from '@belfry/client'

export interface Bar {
  batch_id: string
  timestamp: string
  count: number
  /** Why the batch was not counted. */
  reason?: string
}

/** Both in the order of their time. */
export function barsOf({ points, errors = [] }: Pick<Trend, 'points' | 'errors'>): Bar[] {
  const failed = errors.map(error => ({ ...error, count: 0 }))
  return [...points, ...failed].sort((a, b) =>
    a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0,
  )
}
