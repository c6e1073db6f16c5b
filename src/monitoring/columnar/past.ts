// One view on batches of the past: columns which the thread does not keep are read as they were stored, and only those;
// what is not stored either is read from the items, and stored.
import type { Queryable } from '../../db/database.ts'
import type { workBehind } from '../../lib/behind.ts'
import { inParallel } from '../../lib/parallel.ts'
import { kinds as kindOf } from '../../views/compile.ts'
import type { VectorFilter } from '../../views/vector-filters.ts'
import type { Watched } from '../count.ts'
import { tileItems } from './bits.ts'
import { buildProgram } from './compile.ts'
import { type KeptName, namesAsked } from './kept-column.ts'
import type { TileKey } from './kept-tiles.ts'
import type { PastAnswer, PastTile } from './past-run.ts'
import type { Program, Query } from './program.ts'
import { readTsqueries } from './read.ts'
import { findStored, readItems, readStored, storeColumns } from './stored-columns.ts'
import type { Ask, startThread } from './talk.ts'

export interface PastBatch {
  id: string
  /** How many changes of its items there are. Read before the items are, so that what is kept is never older. */
  version: number
  /** The same, with those that changed nothing but their likeness to others. */
  likenessVersion: number
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
/** Stored tiles in one message, 2 MB of words: each alone took 3 ms of the processor, of which its bytes are the least. */
const tilesAtOnce = 8
/** Behind an answer there is no hurry. */
const readBehind = 1
/**
 * A column can be pushed out by another preview while the rest of its tile is read, and a stored one deleted; then it is
 * read again, from the items.
 */
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
    if (answers.some(isMissing)) {
      const stored = await findStored(db, tiles, namesAsked(program))
      const unstored = answers.filter(
        (answer, i) => isMissing(answer) && !answer.missing.every(name => stored(tiles[i]!, name)),
      ).length
      if (inSql && unstored > tiles.length * mostMissing) {
        const counts = await inSql()
        isLeftBehind = behind.begin(signal => complete(answers, stored, readBehind, signal).finally(forget))
        return counts
      }
      await complete(answers, stored, readAtOnce, signal)
    }
    return perBatch(batches, tiles, answers as Counted[])
  } finally {
    if (!isLeftBehind) await forget()
  }

  async function complete(
    answers: PastAnswer[],
    stored: Awaited<ReturnType<typeof findStored>>,
    atOnce: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const isLeft = (i: number) => isMissing(answers[i]!)
    await inParallel(atOnce, groupsOf([...tiles.keys()].filter(isLeft), tilesAtOnce), async group => {
      for (let attempt = 0, left = group; left.length > 0; attempt++, left = left.filter(isLeft)) {
        signal?.throwIfAborted()
        if (attempt === maxAttempts) throw new Error('The columns of one tile do not stay in memory.')
        const some = left.map(i => tiles[i]!)
        const missing = left.map(i => (answers[i] as Missing).missing)
        for (const [n, tile] of some.entries()) {
          const unstored = missing[n]!.filter(name => attempt > 0 || !stored(tile, name))
          if (unstored.length > 0) await keepColumns(ask, db, tile, unstored)
        }
        const rows = await readStored(db, some, [...new Set(missing.flat())])
        const read = (await ask({ past: some, rows: { stored: rows } }, rows)) as PastAnswer[]
        for (const [n, i] of left.entries()) answers[i] = read[n]!
      }
    })
  }
}

function* groupsOf<One>(all: One[], size: number): Generator<One[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}

type Counted = Extract<PastAnswer, { count: number }>
type Missing = Extract<PastAnswer, { missing: unknown }>
const isMissing = (answer: PastAnswer): answer is Missing => 'missing' in answer

/** Reads columns of a tile from the items, and stores them. */
export async function keepColumns(ask: Ask, db: Queryable, tile: TileKey, names: KeptName[]): Promise<void> {
  const pages = await readItems(db, tile, names)
  const rows = { pack: names, pages }
  const [answer] = (await ask({ past: [{ ...tile, near: [] }], rows }, pages)) as PastAnswer[]
  await storeColumns(db, tile, (answer as Extract<PastAnswer, { packed: unknown }>).packed)
}

function* tilesOf(
  { id, end, ...versions }: PastBatch,
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
    yield { batchId: id, end, kind, base, near: byVectors, ...versions }
  }
}

const isSame = (one: Query, other: Query): boolean =>
  one.model === other.model &&
  one.vector.length === other.vector.length &&
  one.vector.every((x, i) => x === other.vector[i])

function perBatch(batches: PastBatch[], tiles: PastTile[], answers: Counted[]): PastCount[] {
  const counts = new Map(batches.map(({ id }) => [id, { count: 0, first: [] as number[] }]))
  for (const [i, { count, first }] of answers.entries()) {
    const batch = counts.get(tiles[i]!.batchId)!
    batch.count += count
    batch.first.push(...first)
  }
  return [...counts.values()]
}
