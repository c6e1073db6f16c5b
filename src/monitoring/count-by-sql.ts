// The SQL form: many views in one statement, each a column. What the database says is what a filter means; the columnar
// evaluator is held against it.
import sql, { join, raw, type Sql } from 'sql-template-tag'
import { arrayLiteral } from '../db/array-literal.ts'
import type { Queryable } from '../db/database.ts'
import { packOrdinals } from '../lib/ordinals.ts'
import type { VectorSearch } from '../vectors/search.ts'
import { tilesOfBatches } from '../vectors/vectors.ts'
import { matches, type VectorCondition } from '../views/compile.ts'
import type { Count, Counted, Watched } from './count.ts'

/** Measured on 10,000 items × 100 views: one statement takes less than half the time of a hundred. */
const viewsPerStatement = 200
/** PostgreSQL takes 65,535 parameters; views with long filters fill a statement sooner. One view has at most ~500. */
const parametersPerStatement = 60_000

/** Vectors are not for SQL: what is near enough is found in process first, and is one parameter of the statement. */
export const sqlCounter =
  (search: VectorSearch): Count =>
  async (db, batchId, views) => {
    const counted: Counted[] = []
    for (let from = 0; from < views.length; from += viewsPerStatement) {
      const some = views.slice(from, from + viewsPerStatement)
      counted.push(...(await countSome(db, batchId, await resolve(db, search, batchId, some))))
    }
    return counted
  }

/** More than a batch has items: all of them are found. */
const noLimit = 2 ** 31 - 1

async function resolve(
  db: Queryable,
  search: VectorSearch,
  batchId: string,
  views: Watched[],
): Promise<Compiled[]> {
  const compiled: Compiled[] = []
  for (const view of views) {
    const conditions = new Map<unknown, Sql>()
    for (const [filter, { model, vector, minCosine }] of view.near ?? []) {
      const tiles = await tilesOfBatches(db, [batchId], model)
      const hits = await search.search(db, tiles, { vector, minCosine }, noLimit)
      const ordinals = arrayLiteral(hits!.map(({ ordinal }) => ordinal))
      conditions.set(filter, sql`items.ordinal = any(${ordinals}::integer[])`)
    }
    const byVector: VectorCondition = filter => conditions.get(filter)
    compiled.push({ ...view, matching: matches(view.filter, byVector, view.language) })
  }
  return compiled
}

async function countSome(db: Queryable, batchId: string, views: Compiled[]): Promise<Counted[]> {
  const counted: Counted[] = []
  for (const chunk of chunks(views)) {
    const begun = performance.now()
    const [row] = await db.query<Record<string, number | Buffer | null>>(sql`
      select ${join(chunk.map(column))} from items
      where items.batch_id = ${batchId} and items.state = 'ready'`)
    const ms = (performance.now() - begun) / chunk.length
    for (const i of chunk.keys()) counted.push({ ...readColumn(chunk[i]!, row![`v${i}`] ?? null), ms })
  }
  return counted
}

interface Compiled extends Watched {
  matching: Sql
}

function* chunks(views: Compiled[]): Generator<Compiled[]> {
  let chunk: Compiled[] = []
  let parameters = 0
  for (const view of views) {
    const more = view.matching.values.length
    if (chunk.length > 0 && parameters + more > parametersPerStatement) {
      yield chunk
      chunk = []
      parameters = 0
    }
    chunk.push(view)
    parameters += more
  }
  if (chunk.length > 0) yield chunk
}

// A view that may alert needs the ordinals, and its count is their number, so that the two can never disagree. They come
// as bytes: `pg` takes an array apart by the character.
function column({ matches, matching }: Compiled, index: number): Sql {
  const what = matches ? sql`string_agg(int4send(items.ordinal), '')` : sql`count(*)`
  return sql`${what} filter (where ${matching}) as ${raw(`v${index}`)}`
}

function readColumn({ matches }: Watched, value: number | Buffer | null): Omit<Counted, 'ms'> {
  if (!matches) return { count: value as number, matched: null }
  const bytes = (value as Buffer | null) ?? Buffer.alloc(0)
  const ordinals = new Int32Array(bytes.length / 4)
  for (let i = 0; i < ordinals.length; i++) ordinals[i] = bytes.readInt32BE(i * 4)
  const packed = packOrdinals(ordinals.sort())
  return { count: ordinals.length, matched: () => packed }
}
