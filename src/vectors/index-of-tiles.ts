// Tiles in memory, and the two questions asked of them. Both are exact: what the kernel says in float32 only leaves out
// what cannot be among the nearest.
import { asked, bestKernel, type Kernel, rowsAtOnce, strideOf, uncertainty, unsure, words } from './kernel.ts'
import type { Stored } from './stored-rows.ts'
import { dot } from './tile.ts'

/** Of the tiles that were searched: which one, by its place in the list, and which item. */
export interface Hits {
  tiles: Int32Array<ArrayBuffer>
  ordinals: Int32Array<ArrayBuffer>
  cosines: Float64Array<ArrayBuffer>
}
/** The items of tiles, one after the other, and of each the hits from its place in `starts` to that of the next. */
export interface Nearest extends Hits {
  items: Int32Array<ArrayBuffer>
  starts: Int32Array<ArrayBuffer>
}

/** A tile whose vectors stand `stride` numbers apart, as the kernel takes them. */
interface Spread extends Stored {
  stride: number
}

function spread(tile: Stored): Spread {
  const { vectors, dims } = tile
  const stride = strideOf(dims)
  if (stride === dims) return { ...tile, stride }
  const spread = new Float32Array(tile.ordinals.length * stride)
  for (let from = 0, to = 0; from < vectors.length; from += dims, to += stride)
    spread.set(vectors.subarray(from, from + dims), to)
  return { ...tile, vectors: spread, stride }
}

/** Holds tiles up to `maxBytes`; what was not used for longest goes first. */
export function tileIndex(maxBytes: number, kernel: Kernel = bestKernel()) {
  const tiles = new Map<string, Spread>()
  let bytes = 0
  const sizeOf = ({ vectors, ordinals }: Spread) => vectors.byteLength + ordinals.byteLength

  const missing = (keys: string[]): string[] => keys.filter(key => !tiles.has(key))

  function add(added: Iterable<Stored>): void {
    for (const tile of added) {
      if (tiles.has(tile.name)) continue
      const held = spread(tile)
      tiles.set(tile.name, held)
      bytes += sizeOf(held)
    }
  }

  /** After a question, so that what it needs is there while it is answered. */
  function shrink(): void {
    for (const [key, tile] of tiles) {
      if (bytes <= maxBytes) return
      tiles.delete(key)
      bytes -= sizeOf(tile)
    }
  }

  /** Of each key; undefined for a tile that is not there, which is passed over. */
  const use = (keys: string[]): (Spread | undefined)[] =>
    keys.map(key => {
      const tile = tiles.get(key)
      if (tile && tiles.delete(key)) tiles.set(key, tile)
      return tile
    })

  /**
   * Calls `near` for each item of the tile that may be above the floor of a query which the kernel holds. A floor may rise
   * meanwhile.
   */
  function sift(
    tile: Spread,
    queries: number,
    floor: (query: number) => number,
    near: (query: number, item: number) => void,
  ): void {
    const rows = tile.ordinals.length
    const margin = uncertainty(tile.dims)
    kernel.rows(rows).set(tile.vectors)
    const { masks, ranges } = kernel
    for (let query = 0; query < queries; query++) ranges.set([floor(query) - margin, 2], query * 2)
    for (let first = 0; first < rows; first += rowsAtOnce) {
      for (let word = 0; word < words; word++) {
        const all = firstBits(rows - first - 32 * word)
        for (let place = 3 * word; place < masks.length; place += 3 * words) masks[place + asked] = all
      }
      kernel.compare(first)
      for (let query = 0, place = 0; query < queries; query++)
        for (let word = 0; word < words; word++, place += 3)
          for (let rest = masks[place + unsure]!; rest !== 0; rest &= rest - 1) {
            near(query, first + 32 * word + 31 - Math.clz32(rest & -rest))
            ranges[query * 2] = floor(query) - margin
          }
    }
  }

  /** All items at least so near, up to `limit` of them; undefined when there are more. */
  function search(keys: string[], vector: Float32Array, minCosine: number, limit: number): Hits | undefined {
    const found: Found[] = []
    const stride = strideOf(vector.length)
    const query = new Float32Array(stride)
    query.set(vector)
    kernel.load(query, stride)
    for (const [at, tile] of use(keys).entries()) {
      if (tile?.dims !== vector.length) continue
      sift(
        tile,
        1,
        () => minCosine,
        (_, item) => {
          const cosine = dot(vector, tile.vectors, 0, item * stride, tile.dims)
          if (cosine >= minCosine && found.length <= limit) found.push([at, tile.ordinals[item]!, cosine])
        },
      )
      if (found.length > limit) return undefined
    }
    return asHits(found)
  }

  /**
   * The `count` nearest of each vector of the tiles `of`, of one model, nearest first; of equal ones the first. Where `above` is given,
   * only what is nearer than its number.
   */
  function nearest(keys: string[], of: string[], count: number, above?: Float64Array): Nearest {
    const asking = use(of).filter(tile => tile !== undefined)
    const { dims, stride } = asking[0] ?? { dims: 0, stride: 0 }
    const items = Int32Array.from(asking.flatMap(({ ordinals }) => [...ordinals]))
    const queries = new Float32Array(items.length * stride)
    let end = 0
    for (const { vectors } of asking) {
      queries.set(vectors, end)
      end += vectors.length
    }
    kernel.load(queries, stride)
    const lists = Array.from(items, (_, query) => nearestList(count, above?.[query]))
    for (const [at, tile] of use(keys).entries()) {
      if (tile?.dims !== dims) continue
      sift(
        tile,
        lists.length,
        query => lists[query]!.least(),
        (query, item) => {
          const cosine = dot(queries, tile.vectors, query * stride, item * stride, dims)
          lists[query]!.offer(cosine, at, tile.ordinals[item]!)
        },
      )
    }
    const starts = new Int32Array(lists.length + 1)
    for (const [query, list] of lists.entries()) starts[query + 1] = starts[query]! + list.found.length
    return { ...asHits(lists.flatMap(({ found }) => found)), items, starts }
  }

  return { missing, add, shrink, search, nearest }
}

type Found = [tile: number, ordinal: number, cosine: number]

/** The nearest so far, nearest first; of equal ones those that were offered first. */
function nearestList(count: number, above = -2) {
  const found: Found[] = []
  /** What is not nearer has no place in the list. */
  const least = () => (found.length < count ? above : found[count - 1]![2])
  return {
    found,
    least,
    offer(cosine: number, tile: number, ordinal: number): void {
      if (cosine <= least()) return
      if (found.length === count) found.pop()
      let place = found.length
      while (place > 0 && found[place - 1]![2] < cosine) place--
      found.splice(place, 0, [tile, ordinal, cosine])
    },
  }
}

/** A mask of that many. */
const firstBits = (count: number): number => (count >= 32 ? -1 : count <= 0 ? 0 : (1 << count) - 1)

const asHits = (found: Found[]): Hits => ({
  tiles: Int32Array.from(found, ([tile]) => tile),
  ordinals: Int32Array.from(found, ([, ordinal]) => ordinal),
  cosines: Float64Array.from(found, ([, , cosine]) => cosine),
})
