// Reading the inbox, and saying what was read. The page shows it at once; the server's events make it true everywhere.
import type { Notification, NotificationPage, NotificationQuery } from '@belfry/client'
import {
  type InfiniteData,
  infiniteQueryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

const pageSize = 25
/** Of one request. */
const maxMarked = 100

export type InboxFilter = Omit<NotificationQuery, 'limit' | 'offset'>

export const alertsQuery = (filter: InboxFilter) =>
  infiniteQueryOptions({
    queryKey: keys.notificationList(filter),
    queryFn: ({ pageParam }) => api.notifications.list({ ...filter, limit: pageSize, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: ({ has_more }: NotificationPage, all: NotificationPage[]) =>
      has_more ? all.length * pageSize : undefined,
  })

export function useAlerts(filter: InboxFilter) {
  const pages = useInfiniteQuery(alertsQuery(filter))
  // An alert that arrives between two pages moves what was on the first one to the second.
  const seen = new Set<string>()
  const alerts = pages.data?.pages
    .flatMap(({ notifications }) => notifications)
    .filter(({ id }) => !seen.has(id) && seen.add(id))
  return { ...pages, alerts, total: pages.data?.pages[0]?.total }
}

export const useUnreadCount = (): number =>
  useQuery({ queryKey: keys.unread, queryFn: () => api.notifications.unreadCount() }).data ?? 0

/** In one dataset; everywhere for null. */
export function useUnreadIn(datasetId: string | null): number {
  const all = useUnreadCount()
  const counts = useQuery({ queryKey: keys.unreadByDataset, queryFn: api.notifications.unreadCounts }).data
  if (datasetId === null) return all
  return counts?.find(({ dataset_id }) => dataset_id === datasetId)?.count ?? 0
}

export function useMarkRead() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (let at = 0; at < ids.length; at += maxMarked)
        await api.notifications.markManyRead(ids.slice(at, at + maxMarked))
    },
    onMutate: ids => showAsRead(new Set(ids)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.unread }),
    onError: () => queryClient.invalidateQueries({ queryKey: keys.notifications }),
  })

  function showAsRead(ids: ReadonlySet<string>): void {
    const now = new Date().toISOString()
    let fresh = 0
    const marked = (one: Notification) => {
      if (!ids.has(one.id) || one.read_at !== null) return one
      fresh++
      return { ...one, read_at: now }
    }
    queryClient.setQueriesData<InfiniteData<NotificationPage>>(
      { queryKey: keys.notifications },
      data =>
        data && {
          ...data,
          pages: data.pages.map(page => ({ ...page, notifications: page.notifications.map(marked) })),
        },
    )
    if (fresh > 0) queryClient.setQueryData<number>(keys.unread, n => n && Math.max(0, n - ids.size))
  }
}

export function useMarkAllRead() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (datasetId: string | undefined) => api.notifications.markAllRead(datasetId),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.unread }),
        queryClient.invalidateQueries({ queryKey: keys.notifications }),
      ]),
  })
}
