// Text to typed tree. Whatever is sent, the answer is a tree or a 422 that names the item and the fault.
import type { VqlItem } from './filter.ts'
import { type FilterKey, filterReaders } from './filters.ts'
import { type Fields, fault, readArray, readObject, readText, shorten } from './read.ts'

/** Fits, URL-encoded, into the request line and headers that the server reads (src/http/server.ts). */
export const maxVqlBytes = 64 * 2 ** 10
/** Items of a VQL, those within any_of and not included. Bounds the statement that evaluates the view. */
export const maxVqlItems = 100
/** any_of and not within each other; bounds the recursion here and in PostgreSQL. */
export const maxVqlDepth = 8

/** Reads the `vql` of a request; without text it is []. Throws `invalidFilter`. */
export function parseVql(text = ''): VqlItem[] {
  if (text === '') return []
  const bytes = Buffer.byteLength(text)
  if (bytes > maxVqlBytes) throw fault('vql', `has ${bytes} bytes; at most ${maxVqlBytes} are allowed.`)
  const items = readVql(parseJson(text))
  if (countKeysOfText(text) > countKeys(items))
    throw fault('vql', 'has an object that names the same key twice; keep one of them.')
  return items
}

/** The same for JSON that is decoded already. */
export function readVql(value: unknown): VqlItem[] {
  if (Array.isArray(value) && value.length === 0) return []
  let items = 0
  const count = (at: string) => {
    if (++items > maxVqlItems) throw fault(at, `is one item too many; at most ${maxVqlItems} are allowed.`)
  }
  return readItems(value, 'vql', 0, count)
}

function readItems(value: unknown, at: string, depth: number, count: (at: string) => void): VqlItem[] {
  if (depth > maxVqlDepth) throw fault(at, `is nested more than ${maxVqlDepth} levels deep.`)
  return readArray(value, at, maxVqlItems).map((item, i) => readItem(item, `${at}[${i}]`, depth, count))
}

const keys: readonly string[] = [...Object.keys(filterReaders), 'any_of', 'not']

export { keys as filterKeys }

function readItem(value: unknown, at: string, depth: number, count: (at: string) => void): VqlItem {
  count(at)
  const { id, ...filters } = readObject(value, at)
  const [key, second] = Object.keys(filters)
  if (key === undefined) throw fault(at, `has no filter; give it one of ${keys.join(', ')}.`)
  if (!keys.includes(key))
    throw fault(at, `has the unknown filter '${shorten(key)}'; it takes one of ${keys.join(', ')}.`)
  if (second !== undefined) throw fault(at, 'has more than one filter; give each an item of its own.')
  const name = id === undefined ? {} : { id: readText(id, `${at}.id`, { mayBeEmpty: true }) }
  return { ...name, ...readFilter(key, filters, `${at}.${key}`, depth, count) }
}

function readFilter(
  key: string,
  filters: Fields,
  at: string,
  depth: number,
  count: (at: string) => void,
): VqlItem {
  const body = filters[key]
  if (key === 'not') return { not: readItems(body, at, depth + 1, count) }
  if (key === 'any_of')
    return {
      any_of: readArray(body, at, maxVqlItems).map((items, i) =>
        readItems(items, `${at}[${i}]`, depth + 1, count),
      ),
    }
  return filterReaders[key as FilterKey](body, at)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fault('vql', 'is not JSON; send a JSON array, URL-encoded.')
  }
}

// JSON.parse keeps the last of two equal keys, and a filter would be lost without a word. In valid JSON a string that
// is followed by a colon is a key.
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g
const countKeysOfText = (text: string): number => [...text.matchAll(strings)].filter(match => match[1]).length

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((keys, part) => keys + countKeys(part), own)
}
