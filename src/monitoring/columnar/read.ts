// What the evaluator reads from the database: searches as the dictionary understands them, and the items of a batch.
import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Language } from '../../datasets/datasets.ts'
import type { Pages } from '../../db/copy-rows.ts'
import type { Queryable } from '../../db/database.ts'
import { pauses } from '../../lib/pause.ts'
import type { VqlItem } from '../../views/filter.ts'
import { asTsquery, parseText } from '../../views/text.ts'
import type { Watched } from '../count.ts'
import { tileItems } from './bits.ts'
import type { Program } from './program.ts'

/** Rows of a binary COPY. */
export interface TilePages {
  /** Which one, from 0. */
  tile: number
  items: Pages
  vectors: Pages
}

/**
 * The rows of one tile after the other. The bytes of three tiles are in memory at most: 10 MB each with long captions, and
 * 32 MB of vectors of 512 numbers.
 */
export async function* readTiles(
  db: Queryable,
  batchId: string,
  { columns, queries }: Program,
): AsyncGenerator<TilePages> {
  const read = join([sql`ordinal`, sql`kind`, ...columns.map(column => raw(column))])
  const models = [...new Set(queries.map(({ model }) => model))]
  const end = await endOfBatch(db, batchId)
  for (let base = 0; base < end; base += tileItems) {
    const [items, vectors] = await Promise.all([
      db.copyOut(sql`
        select ${read} from items
        where batch_id = ${batchId} and state = 'ready' and ordinal >= ${base} and ordinal < ${base + tileItems}`),
      models.length === 0 ? [] : readVectors(db, batchId, models, base),
    ])
    yield { tile: base / tileItems, items, vectors }
  }
}

/**
 * As the kernel takes them (near-column.ts). Of 512 numbers that is 64 kB, as much as a socket hands over at once: a larger
 * row is put together in buffers of twice, four, eight times the size.
 */
const vectorsPerRow = 32

/** Stored tiles of up to 1,024 items of one kind (src/vectors/tile.ts), in parts: those that reach into this one. */
const readVectors = (db: Queryable, batchId: string, models: string[], base: number): Promise<Pages> =>
  db.copyOut(sql`
    select model, ordinals[part + 1 : part + ${vectorsPerRow}], substr(vectors, 1 + part * 4 * dims, ${vectorsPerRow} * 4 * dims)
    from vector_tiles, generate_series(0, cardinality(ordinals) - 1, ${vectorsPerRow}) as part
    where batch_id = ${batchId} and model in (${join(models)}) and first_ordinal < ${base + tileItems}
      and ordinals[cardinality(ordinals)] >= ${base}`)

async function endOfBatch(db: Queryable, batchId: string): Promise<number> {
  const [last] = await db.query<{ ordinal: number | null }>(sql`
    select max(ordinal) as ordinal from items where batch_id = ${batchId}`)
  return (last!.ordinal ?? -1) + 1
}

/** Each search is a parameter for each of its words; PostgreSQL takes 65,535 of them. */
const searchesPerStatement = 1000

/** The text searches of the views, as the database's dictionary reduces them. */
export async function readTsqueries(db: Queryable, views: Watched[]): Promise<Map<string, string>> {
  const pause = pauses()
  const searches = new Set<string>()
  for (const {
    filter: { vql, caption },
    near,
  } of views) {
    await pause()
    if (caption !== null && !near?.has('caption')) searches.add(caption)
    for (const search of searchesOf(vql)) searches.add(search)
  }
  const queue = [...searches]
  const language = views[0]?.language ?? 'english' // all are of one dataset
  const found = new Map<string, string>()
  for (let from = 0; from < queue.length; from += searchesPerStatement) {
    const some = queue.slice(from, from + searchesPerStatement)
    const [row] = await db.query<{ texts: string[] }>(
      sql`select array[${join(some.map(search => asText(search, language)))}] as texts`,
    )
    for (const [i, search] of some.entries()) found.set(search, row!.texts[i]!)
  }
  return found
}

const asText = (search: string, language: Language): Sql =>
  sql`(${asTsquery(parseText(search, 'text'), language)})::text`

const searchesOf = (vql: VqlItem[]): string[] =>
  vql.flatMap(item => {
    if ('text' in item) return item.text.op === 'fts' ? [item.text.value] : []
    if ('not' in item) return searchesOf(item.not)
    return 'any_of' in item ? item.any_of.flatMap(searchesOf) : []
  })
