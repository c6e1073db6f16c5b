// The reader's datasets, and what can be done with one.
import type { Dataset, Member, Role } from '@belfry/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { useUser } from '../session/session.tsx'

export const useDatasetList = () => useQuery({ queryKey: keys.datasets, queryFn: () => api.datasets.list() })

export function useCovers(): Map<string, string[]> {
  const covers = useQuery({
    queryKey: [...keys.datasets, 'covers'],
    queryFn: () => api.datasets.covers(),
  }).data
  return new Map(covers?.map(({ dataset_id, media_thumb_uris }) => [dataset_id, media_thumb_uris]))
}

export function useUnreadOf(): Map<string | null, number> {
  const counts = useQuery({ queryKey: keys.unreadByDataset, queryFn: api.notifications.unreadCounts }).data
  return new Map(counts?.map(({ dataset_id, count }) => [dataset_id, count]))
}

export const useDataset = (datasetId: string) =>
  useQuery({ queryKey: keys.dataset(datasetId), queryFn: () => api.datasets.get(datasetId) })

export const useMembers = (datasetId: string) =>
  useQuery({
    queryKey: [...keys.dataset(datasetId), 'members'],
    queryFn: () => api.datasets.members(datasetId),
  })

/** What the reader may do in it; undefined until it is known. */
export function useRole(datasetId: string): Role | undefined {
  const { email } = useUser()
  return useMembers(datasetId).data?.find(member => member.email === email)?.role
}
export const mayEdit = (role: Role | undefined): boolean => role === 'editor' || role === 'owner'

export function useDeleteDataset() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: Dataset) => api.datasets.delete(id),
    onSuccess: (_, { id }) => {
      queryClient.setQueryData<Dataset[]>(keys.datasets, all => all?.filter(one => one.id !== id))
      queryClient.removeQueries({ queryKey: keys.dataset(id) })
    },
  })
}

export function useSharing(datasetId: string) {
  const queryClient = useQueryClient()
  const onSettled = () => queryClient.invalidateQueries({ queryKey: [...keys.dataset(datasetId), 'members'] })
  return {
    give: useMutation({
      mutationFn: ({ email, role }: Member) => api.datasets.invite(datasetId, email, role),
      onSettled,
    }),
    revoke: useMutation({ mutationFn: (email: string) => api.datasets.revoke(datasetId, email), onSettled }),
  }
}
