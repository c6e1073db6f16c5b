// The saved views of a dataset, what they count, and their switches.
import type { SavedView, ViewFilters } from '@belfry/client'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { sentenceOf } from '../shared/states.tsx'

const viewsKey = (datasetId: string) => [...keys.dataset(datasetId), 'views']

export const useViews = (datasetId: string) =>
  useQuery({ queryKey: viewsKey(datasetId), queryFn: () => api.views.list(datasetId) })

export const useTrend = ({ dataset_id, id, monitoring_enabled }: SavedView) =>
  useQuery({
    queryKey: [...viewsKey(dataset_id), id, 'trend'],
    queryFn: () => api.views.trend(dataset_id, id),
    enabled: monitoring_enabled,
  })

/** Enough to see what is meant. */
const shownMatches = 12

export const useMatching = ({ dataset_id, id, filters }: SavedView) =>
  useQuery({
    queryKey: [...viewsKey(dataset_id), id, 'matching'],
    queryFn: () => api.explore(dataset_id, { ...asFilters(filters), page_size: shownMatches }),
  })

/** A preview looks at so many of the last batches. One that is no longer asked for is stopped. */
export const previewBatches = 20

export const usePreview = (datasetId: string, filters: ViewFilters) =>
  useQuery({
    queryKey: [...keys.dataset(datasetId), 'preview', filters],
    queryFn: ({ signal }) => api.views.preview(datasetId, filters, previewBatches, { signal }),
    placeholderData: keepPreviousData,
  })

/** A view gives its threshold as text, and no caption as null. */
export const asFilters = ({ threshold, caption, ...rest }: SavedView['filters']): ViewFilters => ({
  ...rest,
  threshold: Number(threshold) || undefined,
  caption: caption ?? undefined,
})

export function useSaveView(datasetId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ name, filters }: { name: string; filters: ViewFilters }) =>
      api.views.create(datasetId, name.trim(), filters),
    onSettled: () => queryClient.invalidateQueries({ queryKey: viewsKey(datasetId) }),
  })
}

function useViewAction<Change>(
  act: (view: SavedView, change: Change) => Promise<unknown>,
  shown: (view: SavedView, change: Change) => SavedView | undefined,
) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ view, change }: { view: SavedView; change: Change }) => act(view, change),
    // Shown at once; the server's answer makes it true.
    onMutate: ({ view, change }) =>
      queryClient.setQueryData<SavedView[]>(viewsKey(view.dataset_id), views =>
        views?.flatMap(one => (one.id === view.id ? (shown(one, change) ?? []) : one)),
      ),
    onError: error => notifications.show({ color: 'red', message: sentenceOf(error) }),
    onSettled: (_data, _error, { view }) =>
      queryClient.invalidateQueries({ queryKey: viewsKey(view.dataset_id) }),
  })
}

export const useAlerting = () =>
  useViewAction<boolean>(
    ({ dataset_id, id }, on) => api.views.setAlerting(dataset_id, id, on),
    (view, on) => ({ ...view, alerting_enabled: on }),
  )
export const useMonitoring = () =>
  useViewAction<boolean>(
    ({ dataset_id, id }, on) => api.views.setMonitoring(dataset_id, id, on),
    (view, on) => ({ ...view, monitoring_enabled: on }),
  )
export const useDeleteView = () =>
  useViewAction<null>(
    ({ dataset_id, id }) => api.views.delete(dataset_id, id),
    () => undefined,
  )
