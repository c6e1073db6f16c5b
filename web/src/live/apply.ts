// What a live event changes on the page: which answers of the server are old now.
import type { StreamChange } from '@belfry/client'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { keys } from '../queries.ts'

/** A batch raises alerts of many views at once; they make one question to the server, not one each. */
const gatherMs = 100

/** Tells which answers are old; those on screen are asked for again. Says so at most once per `gatherMs`. */
export function freshen(queryClient: QueryClient) {
  const waiting = new Map<string, QueryKey>()
  return (queryKey: QueryKey): void => {
    if (waiting.size === 0)
      setTimeout(() => {
        for (const key of waiting.values()) void queryClient.invalidateQueries({ queryKey: key })
        waiting.clear()
      }, gatherMs)
    waiting.set(JSON.stringify(queryKey), queryKey)
  }
}

/** Nothing of a dataset. */
const ownKeys = new Set<unknown>([...keys.me, ...keys.apiKey, ...keys.people])

export function applyChange(
  queryClient: QueryClient,
  stale: (key: QueryKey) => void,
  change: StreamChange,
): void {
  if (change.kind === 'unread_count') {
    // An answer that is under way may be older than what was just said.
    void queryClient.cancelQueries({ queryKey: keys.unread, exact: true })
    queryClient.setQueryData(keys.unread, change.count)
    stale(keys.unreadByDataset)
  }
  if (change.kind === 'changed') {
    stale(keys.tasks)
    stale(keys.datasets)
    stale(change.datasetId ? keys.dataset(change.datasetId) : keys.anyDataset)
  }
  // Also what was read of it once: it is not this reader's any more.
  if (change.kind === 'access_lost')
    void queryClient.resetQueries({ predicate: ({ queryKey }) => !ownKeys.has(queryKey[0]) })
  if (change.kind === 'read' || change.kind === 'read_all' || change.kind === 'reset')
    stale(keys.notifications)
}
