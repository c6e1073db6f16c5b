// A new alert stands in the lists on screen before the server is asked for them again.
import type { Notification, NotificationPage, NotificationQuery } from '@belfry/client'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { keys } from '../queries.ts'

/** Of a span of days the server knows better whether the alert is in it. */
const fits = (
  alert: Notification,
  { datasetId, viewId, createdFrom, createdTo }: NotificationQuery,
): boolean =>
  (datasetId ?? alert.dataset_id) === alert.dataset_id &&
  (viewId ?? alert.entity_id) === alert.entity_id &&
  !createdFrom &&
  !createdTo

export function showAlert(queryClient: QueryClient, alert: Notification): void {
  const lists = queryClient.getQueriesData<InfiniteData<NotificationPage>>({
    queryKey: keys.notificationLists,
  })
  for (const [key, data] of lists) {
    const [first, ...rest] = data?.pages ?? []
    const isListed = data?.pages.some(page => page.notifications.some(({ id }) => id === alert.id))
    if (!first || isListed || !fits(alert, key.at(-1) as NotificationQuery)) continue
    const longer = { ...first, notifications: [alert, ...first.notifications], total: first.total + 1 }
    queryClient.setQueryData<InfiniteData<NotificationPage>>(key, { ...data!, pages: [longer, ...rest] })
  }
}
