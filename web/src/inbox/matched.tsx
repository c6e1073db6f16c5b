// The first pictures of what an alert counted.
import type { Notification } from '@belfry/client'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { figure } from '../shared/count.ts'
import { Thumb } from '../shared/thumb.tsx'
import classes from './matched.module.css'

export const shownMatches = 6

export function Matched({ alert, max = shownMatches }: { alert: Notification; max?: number }) {
  const { result_count } = alert.metadata
  const page = { limit: max, offset: 0 }
  const matches = useQuery({
    queryKey: keys.matches(alert.id, page),
    queryFn: () => api.notifications.matches(alert.id, page),
    staleTime: Number.POSITIVE_INFINITY, // what an alert counted does not change
    enabled: alert.dataset_id !== null,
  })
  if (alert.dataset_id === null) return <div className={classes.gone}>The dataset was deleted.</div>
  const shown = Math.min(result_count, max)
  const places = Array.from({ length: shown }, (_, i) => ({
    key: `place ${i}`,
    match: matches.data?.matches[i],
  }))
  const rest = result_count - shown
  return (
    <div className={classes.strip} aria-hidden="true" aria-busy={matches.isLoading}>
      {places.map(({ key, match }) =>
        match ? (
          <Thumb key={key} src={match.media_thumb_uri} alt="" />
        ) : (
          <span key={key} className={classes.place} />
        ),
      )}
      {rest > 0 && <span className={`${classes.rest} figures`}>+{figure(rest)}</span>}
    </div>
  )
}
