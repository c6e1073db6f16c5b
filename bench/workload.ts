// Media and views as people have them, made from a seed: the same on every run and every machine. Items have 0–5 of 500
// labels whose frequency follows Zipf's law, tags, issue confidences, a folder, a caption of 8–16 words and five
// numbers; views have 1–4 ANDed filters, and one in five a caption search as well.
import sql from 'sql-template-tag'
import type { Database, Queryable } from '../src/db/database.ts'
import type { Watched } from '../src/monitoring/count.ts'
import { tilesOf, toUnitLength } from '../src/vectors/tile.ts'
import { writeTiles } from '../src/vectors/vectors.ts'
import type { ViewFilter, VqlItem } from '../src/views/filter.ts'
import { insertViewVectors } from '../src/views/saved-vectors.ts'
import { vectorFilters } from '../src/views/vector-filters.ts'

/** Numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const adjectives =
  'red blue green small large old new broken clean dirty bright dark wet dry fast slow parked moving empty full'.split(
    ' ',
  )
const nouns =
  'car truck bus bicycle person dog cat bird tree road bridge house window door sign lamp cup plate chair table ball shoe hat bag boat'.split(
    ' ',
  )
const others =
  'beside behind under near with without on a the of in front left right corner street night day morning evening rain snow sun field park yard kitchen office shop station harbour'.split(
    ' ',
  )
/** 20 × 25 = 500 labels, the most frequent first. */
const labels = adjectives.flatMap(adjective => nouns.map(noun => `${adjective} ${noun}`))
const words = [...others, ...adjectives, ...nouns]
const folderCount = 40
const numberFields = ['speed', 'altitude', 'exposure', 'temperature', 'distance']
export const tagIds = Array.from(
  { length: 20 },
  (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
)

type Random = () => number
const below = (next: Random, bound: number) => Math.floor(next() * bound)
const pick = <T>(next: Random, from: readonly T[]): T => from[below(next, from.length)]!
const some = <T>(next: Random, most: number, one: () => T): T[] => [
  ...new Set(Array.from({ length: below(next, most + 1) }, one)),
]

function zipf(size: number): (next: Random) => number {
  let sum = 0
  const cumulative = Array.from({ length: size }, (_, rank) => {
    sum += 1 / (rank + 1)
    return sum
  })
  return next => {
    const at = next() * sum
    return cumulative.findIndex(value => value > at)
  }
}
const labelRank = zipf(labels.length)
const anyLabel = (next: Random) => labels[labelRank(next)]!

function item(next: Random, ordinal: number) {
  const [blur, dark, bright] = [next() ** 2, next() ** 2, next() ** 2]
  return {
    ordinal,
    file_name: `picture-${String(ordinal).padStart(6, '0')}.jpg`,
    folder: `camera-${below(next, folderCount)}`,
    labels: some(next, 5, () => anyLabel(next)),
    caption: Array.from({ length: 8 + below(next, 9) }, () => pick(next, words)).join(' '),
    tag_ids: some(next, 2, () => pick(next, tagIds)),
    metadata: Object.fromEntries(numberFields.map(field => [field, below(next, 1000) / 10])),
    blur,
    dark,
    bright,
    normal: 1 - Math.max(blur, dark, bright),
  }
}

const itemsPerStatement = 2_000

/** Writes `count` ready images into the batch. */
export async function writeItems(
  db: Queryable,
  batch: { id: string; datasetId: string },
  count: number,
  seed: number,
): Promise<void> {
  const next = random(seed)
  for (let first = 0; first < count; first += itemsPerStatement) {
    const length = Math.min(itemsPerStatement, count - first)
    const rows = JSON.stringify(Array.from({ length }, (_, i) => item(next, first + i)))
    await db.query(sql`
      insert into items (dataset_id, batch_id, kind, state, width, height, format, ordinal, file_name, folder, labels,
        caption, tag_ids, metadata, blur, dark, bright, normal)
      select ${batch.datasetId}, ${batch.id}, 'IMAGE', 'ready', 640, 480, 'jpeg', row.*
      from jsonb_to_recordset(${rows}::jsonb) as row (ordinal integer, file_name text, folder text, labels text[],
        caption text, tag_ids uuid[], metadata jsonb, blur float8, dark float8, bright float8, normal float8)`)
  }
}

const makeFilter: ((next: Random) => VqlItem)[] = [
  next => ({
    labels: { op: 'one_of', value: Array.from({ length: 1 + below(next, 3) }, () => anyLabel(next)) },
  }),
  next => ({ labels: { op: 'is_not', value: [anyLabel(next)] } }),
  next => ({ tags: { op: 'one_of', value: [pick(next, tagIds)] } }),
  next => ({
    issues: {
      op: 'issue',
      value: pick(next, ['blur', 'dark', 'bright'] as const),
      confidence_min: below(next, 8) / 10,
    },
  }),
  next => ({ folders: { op: 'one_of', value: [`camera-${below(next, folderCount)}`, 'camera-0'] } }),
  next => ({ metadata: { field_name: pick(next, numberFields), op: 'gt', value: below(next, 100) } }),
  next => ({ text: { op: 'fts', value: `${pick(next, nouns)} OR ${pick(next, nouns)}` } }),
]
const captionShare = 0.2
const nearShare = 0.2

export interface SavedView {
  vql: VqlItem[]
  caption: string | null
  /** What its filter by meaning compares with. */
  near: Float32Array | null
}

export function makeViews(count: number, seed: number): SavedView[] {
  const next = random(seed)
  return Array.from({ length: count }, () => {
    const vql = Array.from({ length: 1 + below(next, 4) }, () => pick(next, makeFilter)(next))
    const caption = next() < captionShare ? pick(next, nouns) : null
    const near = next() < nearShare ? vector(next) : null
    if (near) vql.push({ text: { op: 'semantic', value: 'a road at night', threshold: 0.5 } })
    return { vql, caption, near }
  })
}

/** A batch as it stands when all of its items are measured, with the number that its acceptance drew. */
export async function makeProcessedBatch(
  db: Queryable,
  datasetId: string,
): Promise<{ id: string; datasetId: string }> {
  const [batch] = await db.query<{ id: string }>(sql`
    with drawn as (
      update datasets set last_event_seq = last_event_seq + 1 where id = ${datasetId} returning last_event_seq)
    insert into batches (dataset_id, state, accepted_seq, accepted_at)
    select ${datasetId}, 'processed', last_event_seq, now() from drawn returning id`)
  return { id: batch!.id, datasetId }
}

// Vectors as an image model makes them: around some subjects, so that a query has neighbours at a cosine of 0.5.
const dims = 512
const subjects = 100
const vectorModel = 'bench'
const minCosine = 0.5
const spread = 0.8

const direction = (next: Random) => Float32Array.from({ length: dims }, () => next() + next() + next() - 1.5)
const centres = Array.from({ length: subjects }, (_, subject) => toUnitLength(direction(random(subject))))

function vector(next: Random): Float32Array {
  const centre = pick(next, centres)
  const noise = toUnitLength(direction(next))
  return toUnitLength(centre.map((x, i) => x + spread * noise[i]!))
}

/** Gives each of the batch's items a vector of 512 numbers. */
export async function writeVectors(
  db: Database,
  batchId: string,
  count: number,
  seed: number,
): Promise<void> {
  const next = random(seed)
  for (let first = 0; first < count; first += itemsPerStatement) {
    const length = Math.min(itemsPerStatement, count - first)
    const embedded = Array.from({ length }, (_, i) => ({ ordinal: first + i, vector: vector(next) }))
    await db.transaction(tx => writeTiles(tx, batchId, tilesOf(vectorModel, 'IMAGE', embedded)))
  }
}

const viewsPerStatement = 1_000

/** Saves views as if they had been made before every batch. */
export async function writeViews(
  db: Database,
  { datasetId, userId }: { datasetId: string; userId: string },
  views: SavedView[],
): Promise<void> {
  for (let first = 0; first < views.length; first += viewsPerStatement) {
    const some = views.slice(first, first + viewsPerStatement)
    const rows = some.map(({ vql, caption }, i) => ({ vql, caption, name: `view ${first + i}` }))
    const saved = await db.query<{ id: string; name: string }>(sql`
      insert into views (dataset_id, name, entity_type, vql, caption, monitored_from_seq, created_by)
      select ${datasetId}, name, 'IMAGES', vql, caption, 0, ${userId}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (name text, vql jsonb, caption text)
      returning id, name`)
    await db.transaction(async tx => {
      for (const { id, name } of saved) {
        const { near } = views[Number(name.slice('view '.length))]!
        if (near)
          await insertViewVectors(tx, id, [{ position: 1, model: vectorModel, vector: near, minCosine }])
      }
    })
  }
}

/** As the evaluators take it, without a database. */
export function asWatched({ vql, caption, near }: SavedView): Watched {
  const filter: ViewFilter = { entity_type: 'IMAGES', threshold: 0, caption, vql }
  const compared = near && { model: vectorModel, vector: near, minCosine }
  return {
    filter,
    matches: true,
    near: compared ? new Map([[vectorFilters(filter)[0]!.filter, compared]]) : undefined,
  }
}
