// Pages of what Explore shows. Only those that are looked at are asked for.
import type { Cluster, Match, MediaPreview, Reason, SavedView } from '@belfry/client'
import { keepPreviousData, type UseQueryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { type Exploring, queryOf } from './address.ts'

/** One place of the grid: an item, or items that are alike, of which the first ten are here. */
export interface Place {
  items: [MediaPreview, ...MediaPreview[]]
  size: number
  /** Relevance or likeness, 0–1, where what is searched for has one. */
  score: number | null
  /** Of what an alert counted. */
  reasons: Reason[]
}

interface Page {
  places: Place[]
  total: number
  /** What the view of the alert looked for. */
  filters?: SavedView['filters']
}

/** As much as the server gives of an alert at a time. */
export const pageSize = 100
/** The server goes no further back. */
const maxPages = 10_000
/** A page that nobody looks at is forgotten after so long, so that scrolling far does not fill the browser. */
const keepMs = 60_000

const pageQuery = (datasetId: string, exploring: Exploring, page: number) =>
  ({
    queryKey: [...keys.dataset(datasetId), 'explore', exploring.alert ?? exploring, page],
    queryFn: () =>
      exploring.alert ? pageOfAlert(exploring.alert, page) : pageOfFilter(datasetId, exploring, page),
    gcTime: keepMs,
  }) satisfies UseQueryOptions<Page>

async function pageOfFilter(datasetId: string, exploring: Exploring, page: number): Promise<Page> {
  const { clusters, metadata } = await api.explore(datasetId, {
    ...queryOf(exploring),
    page_number: page,
    page_size: pageSize,
  })
  return { places: clusters.map(placeOfCluster), total: metadata.total }
}

async function pageOfAlert(notificationId: string, page: number): Promise<Page> {
  const at = { limit: pageSize, offset: page * pageSize }
  const { matches, total, filters } = await api.notifications.matches(notificationId, at)
  return { places: matches.map(placeOfMatch), total, filters }
}

const placeOfCluster = ({ previews, relevance_score, relevance_score_type, ...cluster }: Cluster): Place => ({
  items: previews as Place['items'],
  size: cluster.n_images + cluster.n_objects + cluster.n_videos + cluster.n_frames,
  // How often words occur is no share of anything.
  score: relevance_score_type === 'fts' ? null : relevance_score,
  reasons: [],
})

const placeOfMatch = (match: Match): Place => ({
  items: [match],
  size: 1,
  score: match.reasons.find(({ score }) => score !== null)?.score ?? null,
  reasons: match.reasons,
})

export function useFirstPage(datasetId: string, exploring: Exploring) {
  return useQuery({ ...pageQuery(datasetId, exploring, 0), placeholderData: keepPreviousData })
}

export const useTotal = (datasetId: string, exploring: Exploring): number | undefined =>
  useFirstPage(datasetId, exploring).data?.total

export const shownItems = (total: number): number => Math.min(total, maxPages * pageSize)

/** What is at each index from `first` to `last`: undefined is not there yet, null was deleted since the alert. */
export function usePlaces(
  datasetId: string,
  exploring: Exploring,
  first: number,
  last: number,
): (index: number) => Place | null | undefined {
  const [from, to] = [Math.floor(first / pageSize), Math.floor(last / pageSize)]
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
  const pages = useQueries({ queries: numbers.map(page => pageQuery(datasetId, exploring, page)) })
  return index => {
    const page = pages[Math.floor(index / pageSize) - from]?.data
    return page && (page.places[index % pageSize] ?? null)
  }
}
