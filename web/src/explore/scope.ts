// What Explore shows: what its address says, and of an alert the filters and the batch that it was raised for.
import { useEffect } from 'react'
import { useAlert } from '../alert/use-alert.ts'
import { complete } from '../filters/kinds.ts'
import { useMarkRead } from '../inbox/alerts.ts'
import { type Change, type Exploring, filtersOf, useExploring } from './address.ts'
import { useFirstPage } from './pages.ts'

/** What the server is asked for: a filter that is only begun says nothing yet. */
const askedOf = (exploring: Exploring): Exploring => ({
  ...exploring,
  filters: { ...exploring.filters, vql: complete(exploring.filters.vql) },
})

export function useScope(datasetId: string) {
  const { exploring: said, change: write } = useExploring()
  const { data: alert } = useAlert(said.alert)
  const { data: page, isPlaceholderData } = useFirstPage(datasetId, askedOf(said))
  const filters = isPlaceholderData ? undefined : page?.filters
  const own = said.alert &&
    filters && { filters: filtersOf(filters), batch: alert?.metadata.batch_id ?? null }
  const exploring = { ...said, ...own }

  const { mutate: markRead } = useMarkRead()
  const unread = alert?.read_at === null ? alert.id : undefined
  useEffect(() => {
    if (unread) markRead([unread])
  }, [unread, markRead])

  /** What an alert counted stays as it is: who narrows it looks at the batch through the filters of its view. */
  const change = (next: Change, options?: { replace: boolean }) =>
    write(own ? { ...own.filters, batch: own.batch, ...next, alert: null } : next, options)
  return { exploring, asked: askedOf(exploring), alert, change }
}
