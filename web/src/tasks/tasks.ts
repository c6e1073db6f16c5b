// The reader's tasks, and what can be done with one. Live events say when one moved.
import type { Task, TaskQuery } from '@belfry/client'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { sentenceOf } from '../shared/states.tsx'

export const isOpen = ({ status }: Task): boolean =>
  status === 'PENDING' || status === 'INITIALIZING' || status === 'RUNNING'
export const mayRetry = ({ status, task_type }: Task): boolean =>
  (status === 'FAILED' || status === 'ABORTED') && task_type !== 'CUSTOM_METADATA'

export const pageSize = 20

export const useTasks = (query: TaskQuery) =>
  useQuery({
    queryKey: [...keys.tasks, 'list', query],
    queryFn: () => api.tasks.list({ ...query, page_size: pageSize }),
    placeholderData: keepPreviousData,
  })

export const useTask = (taskId: string) =>
  useQuery({ queryKey: keys.task(taskId), queryFn: () => api.tasks.get(taskId) })

function useTaskAction(act: (taskId: string) => Promise<void>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: act,
    onError: error => notifications.show({ color: 'red', message: sentenceOf(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.tasks }),
  })
}
export const useAbort = () => useTaskAction(api.tasks.abort)
export const useRetry = () => useTaskAction(api.tasks.retry)

const kinds: Record<string, string> = {
  DATASET_CREATION: 'First indexing',
  MEDIA_ADDITION: 'Media added',
  REINDEX: 'Indexing',
  CUSTOM_METADATA: 'Metadata',
}
export const kindOf = ({ task_type }: Task): string => kinds[task_type] ?? task_type

const states: Record<string, { label: string; color: string }> = {
  PENDING: { label: 'Waiting', color: 'gray' },
  INITIALIZING: { label: 'Starting', color: 'blue' },
  RUNNING: { label: 'Running', color: 'blue' },
  COMPLETED: { label: 'Done', color: 'verdigris' },
  FAILED: { label: 'Failed', color: 'red' },
  ABORTED: { label: 'Aborted', color: 'amber' },
}
export const stateOf = ({ status }: Task) => states[status] ?? { label: status, color: 'gray' }
export const stateChoices = Object.entries(states).map(([value, { label }]) => ({ value, label }))
