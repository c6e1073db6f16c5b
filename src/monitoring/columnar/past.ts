// One view on batches of the past: columns which the thread does not keep are read, and only those.
import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import type { workBehind } from '../../lib/behind.ts'
import { inParallel } from '../../lib/parallel.ts'
import { kinds as kindOf } from '../../views/compile.ts'
import type { VectorFilter } from '../../views/vector-filters.ts'
import type { Watched } from '../count.ts'
import { tileItems } from './bits.ts'
import { buildProgram } from './compile.ts'
import type { KeptName } from './kept-column.ts'
import type { PastAnswer, PastTile } from './past-run.ts'
import type { Program, Query } from './program.ts'
import { readTsqueries } from './read.ts'
import type { startThread } from './talk.ts'

export interface PastBatch {
  id: string
  /** How many changes of its items there are. Read before the items are, so that what is kept is never older. */
  version: number
  /** One more than its last ordinal. */
  end: number
}

export interface PastCount {
  count: number
  /** Its first matches, as many as a preview shows. */
  first: number[]
}

/** The ordinals of a batch which a filter by vectors found. */
export type FoundByVectors = (filter: VectorFilter, batchId: string) => number[]

export interface PastAsked {
  signal?: AbortSignal
  /** Counts as well, and sooner where most columns must be read first. They are then read behind the answer. */
  inSql?: () => Promise<PastCount[]>
}

/** Two cores of the database work; an embedded engine has one connection, and others get a turn in between. */
const readAtOnce = 2
/** Behind an answer there is no hurry. */
const readBehind = 1
/** A column can be pushed out by another preview while the rest of its tile is read; then it is read again. */
const maxAttempts = 5
/** To read the columns takes two to seven times as long as one statement over the same items (`npm run bench -- preview`). */
const mostMissing = 1 / 4

export type PastParts = { thread: ReturnType<typeof startThread>; behind: ReturnType<typeof workBehind> }

/** For each batch; undefined when only the SQL form can evaluate the view. */
export async function countPast(
  { thread, behind }: PastParts,
  db: Queryable,
  batches: PastBatch[],
  view: Watched,
  found: FoundByVectors,
  { signal, inSql }: PastAsked = {},
): Promise<PastCount[] | undefined> {
  const builder = buildProgram(await readTsqueries(db, [view]))
  if (!builder.add(view)) return undefined
  const program = builder.build()
  const tiles = batches.flatMap(batch => [...tilesOf(batch, view, program, found)])
  const ask = await thread.begin(program)
  const forget = () => ask({ forget: true }).catch(() => {})
  let isLeftBehind = false
  try {
    const answers = (await ask({ past: tiles })) as PastAnswer[]
    const missing = answers.filter(answer => 'missing' in answer).length
    if (inSql && missing > tiles.length * mostMissing) {
      const counts = await inSql()
      isLeftBehind = behind.begin(signal => complete(answers, readBehind, signal).finally(forget))
      return counts
    }
    await complete(answers, readAtOnce, signal)
    return perBatch(batches, tiles, answers as PastCount[])
  } finally {
    if (!isLeftBehind) await forget()
  }

  async function complete(
    answers: PastAnswer[],
    atOnce: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await inParallel(atOnce, tiles.keys(), async i => {
      for (let attempt = 0; 'missing' in answers[i]!; attempt++) {
        signal?.throwIfAborted()
        if (attempt === maxAttempts) throw new Error('The columns of one tile do not stay in memory.')
        const rows = {
          names: answers[i].missing,
          pages: await readColumns(db, tiles[i]!, answers[i].missing),
        }
        const [answer] = (await ask({ past: [tiles[i]!], rows }, rows.pages)) as PastAnswer[]
        answers[i] = answer!
      }
    })
  }
}

function* tilesOf(
  { id, version, end }: PastBatch,
  { filter, near }: Watched,
  { predicates, queries }: Program,
  found: FoundByVectors,
): Generator<PastTile> {
  const kind = kindOf[filter.entity_type]
  for (let base = 0; base < end; base += tileItems) {
    const byVectors = [...(near ?? [])].flatMap(([filter, { model, vector, minCosine }]) => {
      const predicate = predicates.findIndex(
        one =>
          one.on === 'near' && one.minCosine === minCosine && isSame(queries[one.query]!, { model, vector }),
      )
      const ordinals = found(filter, id).filter(ordinal => ordinal >= base && ordinal < base + tileItems)
      return { predicate, ordinals: Int32Array.from(ordinals) }
    })
    yield { batchId: id, version, end, kind, base, near: byVectors }
  }
}

const isSame = (one: Query, other: Query): boolean =>
  one.model === other.model &&
  one.vector.length === other.vector.length &&
  one.vector.every((x, i) => x === other.vector[i])

const readColumns = (db: Queryable, { batchId, kind, base }: PastTile, names: KeptName[]) =>
  db.copyOut(sql`
    select ordinal, ${join(names.map(columnOf))} from items
    where batch_id = ${batchId} and kind = ${kind} and state = 'ready'
      and ordinal >= ${base} and ordinal < ${base + tileItems}`)

function columnOf(name: KeptName): Sql {
  if (name === 'ordinals') return raw('ordinal')
  const field = /^(?:number|text) (.*)$/s.exec(name)
  return field ? sql`metadata -> ${field[1]!}` : raw(name)
}

function perBatch(batches: PastBatch[], tiles: PastTile[], answers: PastCount[]): PastCount[] {
  const counts = new Map(batches.map(({ id }) => [id, { count: 0, first: [] as number[] }]))
  for (const [i, { count, first }] of answers.entries()) {
    const batch = counts.get(tiles[i]!.batchId)!
    batch.count += count
    batch.first.push(...first)
  }
  return [...counts.values()]
}
