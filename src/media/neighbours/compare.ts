// The step after measuring: every item of a batch beside the others of its dataset. Repeating it changes nothing.
import type { Database } from '../../db/database.ts'
import { oneAhead } from '../../lib/one-ahead.ts'
import type { TaskRun } from '../../tasks/run.ts'
import { type Embedder, scoreOf } from '../../vectors/embedder.ts'
import type { Hit } from '../../vectors/search.ts'
import type { ItemKind } from '../../vectors/tile.ts'
import { type TileKey, tilesOfBatches, tilesOfDataset, type Vectors } from '../../vectors/vectors.ts'
import { clustersOf, type Neighbourhood, neighbourCount, neighbourhoodOf } from './neighbourhood.ts'
import {
  drawNearer,
  itemsAt,
  type KnownItem,
  nearestLinks,
  type Place,
  writeClusters,
  writeNeighbourhoods,
  writeOutliers,
} from './store.ts'

/** Items that one item is compared with, its own batch first, then the newest: 3 ms an item. */
const maxCompared = 100_000
/** Compared and written at once: the search is held up by as many in 24,000, a fifth of a second. */
const itemsTogether = 256
/** An item whose nearest were deleted is compared beyond so many of them, and no further. */
const maxAsked = 300
/** A reindex compares everything anew as long as that takes seconds; beyond, what each batch found stays. */
const maxComparedAnew = 10_000
/** The likeness from which on items are shown as one group. */
export const clusterLikeness = 0.9

export const kinds: ItemKind[] = ['IMAGE', 'OBJECT', 'VIDEO_FRAME']

export interface CompareParts {
  db: Database
  vectors: Vectors
}

/** Sets what the neighbours of a batch's items say about them, and about older items that got a nearer one. */
export async function compareBatch(
  { db, vectors }: CompareParts,
  run: TaskRun,
  batch: { id: string; dataset_id: string },
): Promise<void> {
  const model = vectors.image
  if (!model) return
  for (const kind of kinds) {
    const own = await tilesOfBatches(db, [batch.id], model.id, kind)
    if (own.length === 0) continue
    const others = (await tilesOfDataset(db, batch.dataset_id, model.id, kind)).filter(
      tile => tile.batch_id !== batch.id,
    )
    await compareTiles({ db, vectors }, run, own, upTo(maxCompared, [...own, ...others]))
    await writeOutliers(db, batch.dataset_id, kind, batch.id)
  }
}

/**
 * The whole dataset: outliers by what is usual now, clusters, and all neighbours while it is small or, `anew`, whatever
 * it takes: what was found by another model means nothing now.
 */
export async function compareDataset(
  { db, vectors }: CompareParts,
  run: TaskRun,
  datasetId: string,
  { anew }: { anew: boolean },
): Promise<void> {
  const model = vectors.image
  if (!model) return
  for (const kind of kinds) {
    const tiles = await tilesOfDataset(db, datasetId, model.id, kind)
    if (tiles.length === 0) continue
    const items = tiles.reduce((sum, tile) => sum + tile.items, 0)
    if (anew || items <= maxComparedAnew)
      await compareTiles({ db, vectors }, run, tiles, upTo(maxCompared, tiles))
    await writeOutliers(db, datasetId, kind)
  }
  await writeClusters(db, datasetId, clustersOf(await nearestLinks(db, datasetId, clusterLikeness)))
}

async function compareTiles(
  { db, vectors }: CompareParts,
  run: TaskRun,
  tiles: TileKey[],
  among: TileKey[],
): Promise<void> {
  const model = vectors.image!
  const search = (some: TileKey[]) => nearestOf({ db, vectors }, some, among)
  for await (const [some, { own, nearest, known }] of oneAhead(together(tiles), search)) {
    run.signal.throwIfAborted()
    const { batch_id } = some[0]!
    const found = own.flatMap(place => {
      const item = known.get(placeOf(place))
      return item ? [{ id: item.id, ...judge(item, nearest.get(place.ordinal)!, known, model) }] : []
    })
    await db.transaction(async tx => {
      await run.hold(tx)
      await writeNeighbourhoods(tx, found)
      await drawNearer(tx, linksBack(found, known, batch_id))
    })
  }
}

/** Of tiles of one batch. Tiles keep what was deleted, so more are asked for until enough of them are still there. */
async function nearestOf({ db, vectors }: CompareParts, some: TileKey[], among: TileKey[]) {
  const { batch_id } = some[0]!
  for (let count = neighbourCount + 1; ; count *= 4) {
    const nearest = await vectors.search.nearest(db, among, some, count)
    const own = [...nearest.keys()].map(ordinal => ({ batch_id, ordinal }))
    const places = distinct([...own, ...[...nearest.values()].flat()])
    const known = new Map((await itemsAt(db, places)).map(item => [placeOf(item), item]))
    const lacks = (place: Place) => {
      const hits = nearest.get(place.ordinal)!
      const there = hits.filter(hit => known.has(placeOf(hit)))
      return known.has(placeOf(place)) && hits.length === count && there.length <= neighbourCount
    }
    if (count > maxAsked || !own.some(lacks)) return { own, nearest, known }
  }
}

/** Neighbouring tiles of one batch. */
function* together(tiles: TileKey[]): Generator<TileKey[]> {
  let some: TileKey[] = []
  let items = 0
  for (const tile of tiles) {
    if (some.length > 0 && (items + tile.items > itemsTogether || some[0]!.batch_id !== tile.batch_id)) {
      yield some
      some = []
      items = 0
    }
    some.push(tile)
    items += tile.items
  }
  if (some.length > 0) yield some
}

function judge(item: KnownItem, hits: Hit[], known: Map<string, KnownItem>, model: Embedder): Neighbourhood {
  const neighbours = hits.flatMap(hit => {
    const other = known.get(placeOf(hit))
    if (!other || other.id === item.id) return []
    return [{ id: other.id, labels: other.labels, likeness: scoreOf(hit.cosine, model.likeness!) }]
  })
  return neighbourhoodOf(item.labels, neighbours.slice(0, neighbourCount))
}

/** Likeness is mutual. Items of the same batch are compared themselves. */
function linksBack(
  found: (Neighbourhood & { id: string })[],
  known: Map<string, KnownItem>,
  batchId: string,
) {
  const older = new Set([...known.values()].filter(item => item.batch_id !== batchId).map(({ id }) => id))
  return found.flatMap(({ id, nearest_id, nearest_likeness, duplicates }) =>
    nearest_id !== null && older.has(nearest_id)
      ? [{ id: nearest_id, nearest_id: id, nearest_likeness, duplicates }]
      : [],
  )
}

const placeOf = ({ batch_id, ordinal }: Place): string => `${batch_id}/${ordinal}`

const distinct = (places: Place[]): Place[] => [
  ...new Map(places.map(place => [placeOf(place), place])).values(),
]

function upTo(maxItems: number, tiles: TileKey[]): TileKey[] {
  let items = 0
  return tiles.filter(tile => {
    items += tile.items
    return items <= maxItems + tile.items
  })
}
