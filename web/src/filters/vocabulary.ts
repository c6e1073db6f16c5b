// What there is to choose from in a dataset.
import type { Tag, Vocabulary } from '@belfry/client'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

const nothing: Vocabulary = { filters: [], issues: [], meaning: false, labels: [], folders: [], metadata: [] }
const noTags: Tag[] = []
/** It reads every item; a new label may be missing from the list for so long, and can be typed. */
const staleAfterMs = 60_000

export const useVocabulary = (datasetId: string): Vocabulary =>
  useQuery({
    queryKey: ['vocabulary', datasetId],
    queryFn: () => api.datasets.vocabulary(datasetId),
    staleTime: staleAfterMs,
  }).data ?? nothing

export const useTags = (datasetId: string): Tag[] =>
  useQuery({ queryKey: [...keys.dataset(datasetId), 'tags'], queryFn: () => api.datasets.tags(datasetId) })
    .data ?? noTags
