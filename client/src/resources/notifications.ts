import type { Connection } from '../connection.ts'
import type { MatchPage, Notification, NotificationPage, NotificationQuery } from '../types/notification.ts'

export const notifications = ({ json }: Connection) => ({
  /** Newest first. */
  list: ({ limit, offset, unreadOnly, datasetId, viewId, createdFrom, createdTo }: NotificationQuery = {}) =>
    json<NotificationPage>('GET', '/notifications', {
      query: {
        limit,
        offset,
        unread_only: unreadOnly,
        dataset_id: datasetId,
        view_id: viewId,
        created_from: createdFrom,
        created_to: createdTo,
      },
    }),

  get: (notificationId: string) => json<Notification>('GET', `/notifications/${notificationId}`),

  unreadCount: async (datasetId?: string): Promise<number> =>
    (
      await json<{ count: number }>('GET', '/notifications/unread-count', {
        query: { dataset_id: datasetId },
      })
    ).count,

  /** Of each dataset that has any, most first; `dataset_id` null: of datasets that are deleted. */
  unreadCounts: async (): Promise<{ dataset_id: string | null; count: number }[]> =>
    (
      await json<{ counts: { dataset_id: string | null; count: number }[] }>(
        'GET',
        '/notifications/unread-counts',
      )
    ).counts,

  /** Throws BelfryError 404 when it is not yours or is read already. */
  markRead: async (notificationId: string): Promise<void> => {
    await json('POST', `/notifications/${notificationId}/read`)
  },

  /** Up to 100; those that are not yours or are read already are passed over. Returns how many were marked. */
  markManyRead: async (ids: string[]): Promise<number> =>
    (await json<{ count: number }>('POST', '/notifications/read', { json: { ids } })).count,

  /** Returns how many were marked. */
  markAllRead: async (datasetId?: string): Promise<number> =>
    (await json<{ count: number }>('POST', '/notifications/read-all', { query: { dataset_id: datasetId } }))
      .count,

  /** The very items the alert counted. */
  matches: (notificationId: string, page: { limit?: number; offset?: number } = {}) =>
    json<MatchPage>('GET', `/notifications/${notificationId}/matches`, { query: page }),
})
