// The conditions that a filter is built of: one for each key of the query language that the server reads.
import type { VqlFilter, VqlItem } from '@belfry/client'
import {
  IconAlertTriangle,
  IconBan,
  IconCalendar,
  IconCopy,
  IconFile,
  IconFolder,
  IconGitFork,
  IconLetterCase,
  IconList,
  IconPhotoSearch,
  IconSparkles,
  IconTag,
  IconTags,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

export type Kind =
  | 'labels'
  | 'text'
  | 'issues'
  | 'tags'
  | 'folders'
  | 'files'
  | 'metadata'
  | 'created'
  | 'duplicates'
  | 'uniqueness'
  | 'similarity'
  | 'any_of'
  | 'not'

interface KindOfFilter {
  kind: Kind
  label: string
  icon: ComponentType<{ size?: number; stroke?: number }>
  /** As it is before anything is chosen. */
  empty: VqlFilter
}

export const kinds: KindOfFilter[] = [
  { kind: 'labels', label: 'Label', icon: IconTag, empty: { labels: { op: 'one_of', value: [] } } },
  { kind: 'text', label: 'Text', icon: IconLetterCase, empty: { text: { op: 'fts', value: '' } } },
  {
    kind: 'issues',
    label: 'Quality issue',
    icon: IconAlertTriangle,
    empty: { issues: { op: 'issue', value: 'blur', mode: 'in', confidence_min: 0.5, confidence_max: 1 } },
  },
  { kind: 'tags', label: 'Tag', icon: IconTags, empty: { tags: { op: 'one_of', value: [] } } },
  { kind: 'folders', label: 'Folder', icon: IconFolder, empty: { folders: { op: 'one_of', value: [] } } },
  { kind: 'files', label: 'File name', icon: IconFile, empty: { files: { op: 'contains', value: '' } } },
  {
    kind: 'metadata',
    label: 'Metadata',
    icon: IconList,
    empty: { metadata: { field_name: '', op: 'is', value: '' } },
  },
  {
    kind: 'created',
    label: 'Date added',
    icon: IconCalendar,
    empty: { created: { op: 'between', value: ['', ''] } },
  },
  {
    kind: 'duplicates',
    label: 'Duplicate',
    icon: IconCopy,
    empty: { duplicates: { op: 'duplicates', value: 0.95 } },
  },
  {
    kind: 'uniqueness',
    label: 'Unique',
    icon: IconSparkles,
    empty: { uniqueness: { op: 'uniqueness', value: 0.8 } },
  },
  {
    kind: 'similarity',
    label: 'Like a picture',
    icon: IconPhotoSearch,
    empty: { similarity: { op: 'media', value: '', threshold: 0.5 } },
  },
  { kind: 'any_of', label: 'Any of several', icon: IconGitFork, empty: { any_of: [[], []] } },
  { kind: 'not', label: 'Not', icon: IconBan, empty: { not: [] } },
]

export const kindOf = (item: VqlItem): KindOfFilter | undefined => kinds.find(({ kind }) => kind in item)

/** What can be added from a menu on this server. A picture to search by is dropped, or chosen in Explore. */
export const offered = (filters: readonly string[]): KindOfFilter[] =>
  kinds.filter(({ kind }) => kind !== 'similarity' && filters.includes(kind))

/** The conditions that say something already; what is only begun is left out. */
export const complete = (items: VqlItem[]): VqlItem[] => items.map(pruned).filter(isComplete)

function pruned(item: VqlItem): VqlItem {
  if ('any_of' in item)
    return { ...item, any_of: item.any_of.map(complete).filter(group => group.length > 0) }
  if ('not' in item) return { ...item, not: complete(item.not) }
  return item
}

const says = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(one => one !== '') : value !== '' && value !== null

function isComplete(item: VqlItem): boolean {
  if ('any_of' in item) return item.any_of.length > 0
  if ('not' in item) return item.not.length > 0
  // The top folder is '', and it is a choice.
  if ('folders' in item && item.folders.op === 'one_of') return item.folders.value.length > 0
  if ('metadata' in item) return item.metadata.field_name !== '' && says(item.metadata.value)
  const [body] = Object.entries(item).flatMap(([key, value]) => (key === 'id' ? [] : [value]))
  return says((body as { value: unknown } | undefined)?.value)
}
