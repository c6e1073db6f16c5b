import type { Batches } from '@belfry/client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

const pageSize = 20

export function useBatches(datasetId: string) {
  const pages = useInfiniteQuery({
    queryKey: [...keys.dataset(datasetId), 'batches'],
    queryFn: ({ pageParam }) => api.datasets.batches(datasetId, { limit: pageSize, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: ({ has_more }: Batches, all: Batches[]) =>
      has_more ? all.length * pageSize : undefined,
  })
  // A batch that comes between two pages moves what was on the first one to the second.
  const seen = new Set<string>()
  const batches = pages.data?.pages
    .flatMap(page => page.batches)
    .filter(({ batch_id }) => !seen.has(batch_id) && seen.add(batch_id))
  return { ...pages, batches, total: pages.data?.pages[0]?.total }
}
export type BatchPages = ReturnType<typeof useBatches>
