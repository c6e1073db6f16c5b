import type { Dataset } from '@belfry/client'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

const none: Dataset[] = []

/** The reader's datasets, newest first; empty until they are there. */
export const useDatasets = (): Dataset[] =>
  useQuery({ queryKey: keys.datasets, queryFn: () => api.datasets.list() }).data ?? none

export const useDatasetNames = (): Map<string, string> =>
  new Map(useDatasets().map(({ id, display_name }) => [id, display_name]))
