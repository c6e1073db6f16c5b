// The columnar evaluator, as seen from the main thread: reads the batch tile by tile as bytes and hands them to threads,
// which evaluate while the next tile is read.
import { availableParallelism } from 'node:os'
import type { Queryable } from '../../db/database.ts'
import { workBehind } from '../../lib/behind.ts'
import { trimmed } from '../../lib/ordinals.ts'
import { pauses } from '../../lib/pause.ts'
import type { Counted, Watched } from '../count.ts'
import { buildProgram } from './compile.ts'
import { keepBatches } from './keep-batches.ts'
import { countPast, type FoundByVectors, type PastAsked, type PastBatch } from './past.ts'
import type { Program } from './program.ts'
import { readTiles, readTsqueries, type TilePages } from './read.ts'
import type { TileCounts } from './run.ts'
import { type Ask, startThread } from './talk.ts'

/** More would take the processor from the database, which reads the next tile meanwhile, and from the streams. */
const maxThreads = 2

export type ColumnarEvaluator = ReturnType<typeof createColumnarEvaluator>

export function createColumnarEvaluator() {
  const threads = Array.from({ length: Math.min(maxThreads, availableParallelism()) }, startThread)
  const behind = workBehind()
  /** Most batches come to the same views as the one before: what those compiled to stays, here and in the threads. */
  let kept: Compiled | undefined

  /**
   * Counts for each of the views, undefined for those which only the SQL form can evaluate. `meanwhile` has the database
   * to itself, once all is read and while the threads still evaluate; it is told which views are counted here.
   */
  async function count(
    db: Queryable,
    batchId: string,
    views: Watched[],
    meanwhile: (isCounted: boolean[]) => Promise<void> = async () => {},
  ): Promise<(Counted | undefined)[]> {
    const compiled = await take(db, views)
    const { parts, known } = compiled
    try {
      const found: Counted[] = []
      for (const [i, part] of parts.entries())
        found.push(
          ...(await run(db, batchId, part, i < parts.length - 1 ? undefined : () => meanwhile(known))),
        )
      if (parts.length === 0) await meanwhile(known)
      await forget(kept)
      kept = compiled
      let next = 0
      return known.map(is => (is ? found[next++] : undefined))
    } catch (error) {
      await forget(compiled)
      throw error
    }
  }

  /** Nobody else has it until it is kept again. */
  async function take(db: Queryable, views: Watched[]): Promise<Compiled> {
    const before = kept
    kept = undefined
    if (before && areSame(before.views, views)) return before
    await forget(before)
    return { views, ...(await compile(await readTsqueries(db, views), views)) }
  }

  /** Once the threads have answered what they were asked before. */
  async function forget(compiled: Compiled | undefined): Promise<void> {
    for (const { lanes } of compiled?.parts ?? [])
      for (const { ask } of lanes) await ask({ forget: true }).catch(() => {})
  }

  /** Tiles go to the thread that is free first. */
  async function run(
    db: Queryable,
    batchId: string,
    { program, lanes }: Part,
    meanwhile: (() => Promise<void>) | undefined,
  ): Promise<Counted[]> {
    const used = new Set<Lane>()
    const tiles: TileCounts[] = []
    const freeLane = async () => {
      const unused = lanes.find(lane => !used.has(lane))
      if (unused) return unused
      return lanes.length < threads.length ? begin(lanes, program) : firstFree(lanes)
    }
    const send = async (pages: TilePages) => {
      const lane = await freeLane()
      used.add(lane)
      lane.evaluating = lane.ask(pages, [...pages.items, ...pages.vectors]).then(counts => {
        tiles[pages.tile] = counts as TileCounts
      })
      lane.evaluating.catch(() => {}) // seen by whoever awaits it
    }
    for await (const pages of readTiles(db, batchId, program)) await send(pages)
    await meanwhile?.() // nothing else is asked of the database until it ends, also when it fails
    for (const { evaluating } of used) await evaluating
    for (const { ask } of used) await ask({ end: true })
    return added(program, tiles)
  }

  async function begin(lanes: Lane[], program: Program): Promise<Lane> {
    const lane = { ask: await threads[lanes.length]!.begin(program), evaluating: Promise.resolve() }
    lanes.push(lane)
    return lane
  }

  return {
    count,
    /** One view on many batches, for each its count and first matches; undefined when only SQL can evaluate it. */
    countPast: (
      db: Queryable,
      batches: PastBatch[],
      view: Watched,
      found: FoundByVectors,
      asked?: PastAsked,
    ) => countPast({ thread: threads[0]!, behind }, db, batches, view, found, asked),
    /** Stores the columns of new batches. */
    keepBatches: (db: Queryable, signal: AbortSignal) => keepBatches(threads[0]!, db, signal),
    close: async () => {
      await behind.stop()
      await Promise.all(threads.map(({ close }) => close()))
    },
  }
}

/** What views compiled to: as many programs as hold them. */
interface Compiled {
  views: Watched[]
  /** Those that are in one of the programs. */
  known: boolean[]
  parts: Part[]
}

interface Part {
  program: Program
  /** Threads that have it. */
  lanes: Lane[]
}

interface Lane {
  ask: Ask
  evaluating: Promise<unknown>
}

const firstFree = (lanes: Lane[]): Promise<Lane> =>
  Promise.race(lanes.map(lane => lane.evaluating.then(() => lane)))

/** Views that are known (known-views.ts) are the same objects. */
const areSame = (some: Watched[], others: Watched[]): boolean =>
  some.length === others.length &&
  some.every(({ filter, near, matches, language }, i) => {
    const other = others[i]!
    return (
      filter === other.filter &&
      near === other.near &&
      matches === other.matches &&
      language === other.language
    )
  })

async function compile(tsqueries: ReadonlyMap<string, string>, views: Watched[]) {
  const pause = pauses()
  const parts: Part[] = []
  const known: boolean[] = []
  while (known.length < views.length) {
    const builder = buildProgram(tsqueries)
    const added: boolean[] = []
    for (const view of views.slice(known.length)) {
      await pause()
      if (builder.isFull) break
      added.push(builder.add(view))
    }
    if (added.includes(true)) parts.push({ program: builder.build(), lanes: [] })
    known.push(...added)
  }
  return { parts, known }
}

function added({ watches }: Program, tiles: TileCounts[]): Counted[] {
  return watches.map((watch, i) => {
    let [count, ms] = [0, 0]
    for (const tile of tiles) {
      count += tile.counts[i]!
      ms += tile.ms[i]!
    }
    const stretch = ({ packed, ends }: TileCounts) => packed.subarray(ends[i - 1] ?? 0, ends[i])
    return { count, ms, matched: watch.matches ? () => trimmed(Buffer.concat(tiles.map(stretch))) : null }
  })
}
