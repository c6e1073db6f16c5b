import type { Notification, NotificationPage } from '@belfry/client'
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

/** One notification: from a list that is here already, else the server's. */
export function useAlert(id: string | null) {
  const queryClient = useQueryClient()
  const known = (): Notification | undefined =>
    queryClient
      .getQueriesData<InfiniteData<NotificationPage>>({ queryKey: keys.notifications })
      .flatMap(([, data]) => data?.pages ?? [])
      .flatMap(page => page.notifications ?? [])
      .find(alert => alert.id === id)
  return useQuery({
    queryKey: ['alert', id],
    queryFn: () => api.notifications.get(id!),
    initialData: known,
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
