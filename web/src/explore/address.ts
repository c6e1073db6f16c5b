// What Explore shows stands in its address, so that it can be kept, sent, and left with Back.
import type { EntityType, ExploreQuery, SavedView, ViewFilters, VqlItem } from '@belfry/client'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { readUuid } from '../shared/uuid.ts'

export interface Exploring {
  filters: Required<Pick<ViewFilters, 'entity_type' | 'vql'>> & { caption: string; threshold: number }
  /** Only what came with this batch. */
  batch: string | null
  /** Exactly what this notification is about, whatever became of the items since. Filters and batch are then its own. */
  alert: string | null
  /** What is alike in one place. */
  grouped: boolean
}

const entityTypes: EntityType[] = ['IMAGES', 'OBJECTS', 'VIDEOS']

/** An address may be typed by hand: what it says wrongly is as if it were not said. */
export function readExploring(params: URLSearchParams): Exploring {
  const type = params.get('type') as EntityType
  const threshold = Number(params.get('threshold'))
  return {
    filters: {
      entity_type: entityTypes.includes(type) ? type : 'IMAGES',
      caption: params.get('q') ?? '',
      threshold: threshold >= 0 && threshold <= 1 ? threshold : 0,
      vql: readVql(params.get('vql')),
    },
    batch: readUuid(params.get('batch')),
    alert: readUuid(params.get('alert')),
    grouped: params.has('grouped'),
  }
}

function readVql(text: string | null): VqlItem[] {
  try {
    const items = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(item => typeof item === 'object' && item !== null) : []
  } catch {
    return []
  }
}

export function writeExploring({ filters, batch, alert, grouped }: Exploring): URLSearchParams {
  if (alert) return new URLSearchParams({ alert })
  const params = new URLSearchParams()
  if (filters.entity_type !== 'IMAGES') params.set('type', filters.entity_type)
  if (filters.caption) params.set('q', filters.caption)
  if (filters.threshold > 0) params.set('threshold', String(filters.threshold))
  if (filters.vql.length > 0) params.set('vql', JSON.stringify(filters.vql))
  if (batch) params.set('batch', batch)
  if (grouped) params.set('grouped', '')
  return params
}

/** A view gives its threshold as text, and no caption as null. */
export const filtersOf = (filters?: SavedView['filters']): Exploring['filters'] => ({
  entity_type: filters?.entity_type ?? 'IMAGES',
  caption: filters?.caption ?? '',
  threshold: Number(filters?.threshold ?? 0),
  vql: filters?.vql ?? [],
})

/** Where a view, a batch, or what a batch made a view alert is looked at. */
export function exploreAddress(
  datasetId: string,
  { filters, batch = null }: { filters?: SavedView['filters']; batch?: string | null },
): string {
  const params = writeExploring({ filters: filtersOf(filters), batch, alert: null, grouped: false })
  return `/datasets/${datasetId}/explore${params.size > 0 ? `?${params}` : ''}`
}

export interface Change extends Partial<Exploring['filters']> {
  batch?: string | null
  alert?: string | null
  grouped?: boolean
}

/** `change` adds to the history, unless it is one of many small steps. */
export function useExploring() {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const exploring = useMemo(() => readExploring(new URLSearchParams(text)), [text])
  const change = (
    { batch = exploring.batch, alert = exploring.alert, grouped = exploring.grouped, ...filters }: Change,
    { replace = false } = {},
  ) =>
    setParams(writeExploring({ filters: { ...exploring.filters, ...filters }, batch, alert, grouped }), {
      replace,
    })
  return { exploring, change }
}

export const queryOf = ({ filters, batch, grouped }: Exploring): ExploreQuery => ({
  ...filters,
  caption: filters.caption || undefined,
  threshold: filters.threshold || undefined,
  batch_id: batch ?? undefined,
  clustered: grouped || undefined,
})
