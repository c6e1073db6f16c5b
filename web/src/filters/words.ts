// The filters of a view in words: what a badge says.
import type { Tag, VqlItem } from '@belfry/client'
import { reasonText } from '../shared/reason.ts'

const maxNames = 3
const setWords: Record<string, string> = {
  is: 'all of ',
  is_not: 'not all of ',
  one_of: '',
  not_one_of: 'none of ',
}

/** `label car, bus +2`. Tags are known by their ids; `tags` has their names. */
export function filterWords(item: VqlItem, tags: readonly Tag[] = []): string {
  if ('tags' in item) {
    const names = item.tags.value.map(id => tags.find(tag => tag.id === id)?.name ?? 'a deleted tag')
    return `tag ${setWords[item.tags.op] ?? ''}${few(names)}`
  }
  if ('labels' in item && Array.isArray(item.labels.value))
    return `label ${item.labels.value.length > 1 || item.labels.op.includes('not') ? (setWords[item.labels.op] ?? '') : ''}${few(item.labels.value)}`
  if ('any_of' in item) return item.any_of.map(group => allWords(group, tags)).join(' or ')
  if ('not' in item) return `not (${allWords(item.not, tags)})`
  return reasonText({ filter: item, score: null })
}

const allWords = (items: VqlItem[], tags: readonly Tag[]) =>
  items.map(item => filterWords(item, tags)).join(' and ')

const few = (names: string[]): string =>
  names.length <= maxNames
    ? names.join(', ')
    : `${names.slice(0, maxNames).join(', ')} +${names.length - maxNames}`
