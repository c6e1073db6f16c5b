// Searching vectors: tiles are read from the database as far as the thread does not have them, group by group, so that
// neither side holds more than a bound however large a dataset is.
import { buffersOf } from '../db/copy-rows.ts'
import type { Queryable } from '../db/database.ts'
import { startThread } from '../lib/thread.ts'
import type { Hits, Nearest } from './index-of-tiles.ts'
import type { Question } from './search-thread.ts'
import { copyTiles, keyOf, type TileKey } from './store.ts'

export interface Hit {
  batch_id: string
  ordinal: number
  cosine: number
}

export interface VectorSearch {
  /** All items at least so near, in no order; undefined when there are more than `limit`. */
  search(
    db: Queryable,
    tiles: TileKey[],
    query: { vector: Float32Array; minCosine: number },
    limit: number,
  ): Promise<Hit[] | undefined>
  /**
   * By the ordinals of the tiles `of`, which are of one batch and model: the `count` nearest, nearest first; the item
   * itself may be among them. Empty when the batch is gone.
   */
  nearest(db: Queryable, tiles: TileKey[], of: TileKey[], count: number): Promise<Map<number, Hit[]>>
  close(): Promise<void>
}

/** What is read in one statement, and held until the thread has taken it. */
const groupBytes = 16 * 2 ** 20
/** Another question can push out what this one brought; then it is brought again. */
const maxAttempts = 20

export function startSearch(maxBytes: number): VectorSearch {
  const thread = startThread(import.meta.url, 'search-thread', { maxBytes })

  /** Asks what needs these tiles; only those that the thread misses are read. */
  async function ask<Found>(db: Queryable, needed: TileKey[], question: object): Promise<Found> {
    const gone: string[] = []
    let sent: TileKey[] = []
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const tiles = sent.length > 0 ? await copyTiles(db, sent) : []
      const asked = { ...question, tiles, gone } as Question
      const answer = await thread.ask<{ missing: string[] } | { found: Found }>(asked, buffersOf(tiles))
      if ('found' in answer) return answer.found
      const missing = new Set(answer.missing)
      gone.push(...sent.map(keyOf).filter(key => missing.has(key))) // deleted since they were listed
      sent = needed.filter(key => missing.has(keyOf(key)))
    }
    throw new Error(
      `The vectors of ${needed.length} tiles do not stay in memory; raise BELFRY_VECTOR_CACHE_MB.`,
    )
  }

  return {
    async search(db, tiles, { vector, minCosine }, limit) {
      const found: Hit[] = []
      for (const group of groups(tiles)) {
        const question = {
          is: 'search',
          keys: group.map(keyOf),
          vector,
          minCosine,
          limit: limit - found.length,
        }
        const hits = await ask<Hits | undefined>(db, group, question)
        if (!hits) return undefined
        for (const hit of named(hits, group)) found.push(hit)
      }
      return found
    },
    async nearest(db, tiles, of, count) {
      let found = new Map<number, Hit[]>()
      for (const group of groups(tiles)) {
        // What later groups have must be nearer than all that was found.
        const above = Float64Array.from(found.values(), hits => hits[count - 1]?.cosine ?? -2)
        const asked = { is: 'nearest', keys: group.map(keyOf), of: of.map(keyOf), count }
        const question = found.size > 0 ? { ...asked, above } : asked
        const nearest = await ask<Nearest>(db, [...of, ...group], question)
        const hits = named(nearest, group)
        const before = found
        found = new Map()
        for (const [i, item] of nearest.items.entries()) {
          const more = hits.slice(nearest.starts[i], nearest.starts[i + 1])
          const all = [...(before.get(item) ?? []), ...more].sort((a, b) => b.cosine - a.cosine)
          found.set(item, all.slice(0, count))
        }
      }
      return found
    },
    close: thread.close,
  }
}

function* groups(tiles: TileKey[]): Generator<TileKey[]> {
  let group: TileKey[] = []
  let bytes = 0
  for (const tile of tiles) {
    group.push(tile)
    bytes += tile.items * tile.dims * 4
    if (bytes < groupBytes) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}

const named = ({ tiles, ordinals, cosines }: Hits, group: TileKey[]): Hit[] =>
  Array.from(tiles, (tile, i) => ({
    batch_id: group[tile]!.batch_id,
    ordinal: ordinals[i]!,
    cosine: cosines[i]!,
  }))
