// What the page knows of the server. Every key starts with what it is about, so that one live event makes exactly the
// right answers stale.
import { BelfryError } from '@belfry/client'
import { QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query'

export const keys = {
  me: ['me'],
  apiKey: ['api key'],
  people: ['people'],
  notifications: ['notifications'],
  notificationLists: ['notifications', 'list'],
  notificationList: (filter: object) => ['notifications', 'list', filter],
  unread: ['unread'],
  unreadByDataset: ['unread', 'by dataset'],
  matches: (notificationId: string, page: object) => ['matches', notificationId, page],
  datasets: ['datasets'],
  /** Everything of one dataset: `[...keys.dataset(id), 'views']`, for example. */
  dataset: (datasetId: string) => ['dataset', datasetId],
  anyDataset: ['dataset'],
  tasks: ['tasks'],
  task: (taskId: string) => ['tasks', 'one', taskId],
} satisfies Record<string, QueryKey | ((...args: never[]) => QueryKey)>

/** Live events say what became stale; this is for what they do not reach. */
const staleAfterMs = 10_000

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session ended, here or on another tab: ask who we are, which leads to the sign-in.
    onError: (error, { queryKey }) => {
      if (error instanceof BelfryError && error.status === 401 && queryKey[0] !== 'me')
        void queryClient.invalidateQueries({ queryKey: keys.me })
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: staleAfterMs,
      retry: false, // the client repeats what may be repeated
      networkMode: 'always', // the server may be on this very machine
    },
    mutations: { networkMode: 'always' },
  },
})
