// The columnar evaluator, as seen from the main thread: reads the batch tile by tile as bytes and hands them to threads,
// which evaluate while the next tile is read.
import { availableParallelism } from 'node:os'
import type { Queryable } from '../../db/database.ts'
import { workBehind } from '../../lib/behind.ts'
import { pauses } from '../../lib/pause.ts'
import type { Counted, Watched } from '../count.ts'
import { buildProgram } from './compile.ts'
import { countPast, type FoundByVectors, type PastAsked, type PastBatch } from './past.ts'
import type { Program } from './program.ts'
import { readTiles, readTsqueries, type TilePages } from './read.ts'
import type { Outcome, Share } from './run.ts'
import { type Ask, startThread } from './talk.ts'

/** More would take the processor from the database, which reads the next tile meanwhile, and from the streams. */
const maxThreads = 2

export type ColumnarEvaluator = ReturnType<typeof createColumnarEvaluator>

export function createColumnarEvaluator() {
  const threads = Array.from({ length: Math.min(maxThreads, availableParallelism()) }, startThread)
  const behind = workBehind()

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
    const { programs, known } = await compile(await readTsqueries(db, views), views)
    const found: Counted[] = []
    for (const [i, program] of programs.entries())
      found.push(
        ...(await run(db, batchId, program, i < programs.length - 1 ? undefined : () => meanwhile(known))),
      )
    if (programs.length === 0) await meanwhile(known)
    let next = 0
    return known.map(is => (is ? found[next++] : undefined))
  }

  /** Tiles go to the thread that is free first; one of them puts together what all of them found. */
  async function run(
    db: Queryable,
    batchId: string,
    program: Program,
    meanwhile: (() => Promise<void>) | undefined,
  ): Promise<Counted[]> {
    const lanes: Lane[] = []
    const send = async (pages: TilePages) => {
      const lane = lanes.length < threads.length ? await begin(lanes, program) : await firstFree(lanes)
      lane.evaluating = lane.ask(pages, [...pages.items, ...pages.vectors])
      lane.evaluating.catch(() => {}) // seen by the next await
    }
    let sent: Promise<void> | undefined
    try {
      for await (const pages of readTiles(db, batchId, program)) {
        await sent
        sent = send(pages)
        sent.catch(() => {}) // likewise
      }
      await sent
      await meanwhile?.() // nothing else is asked of the database until it ends, also when it fails
      if (lanes.length === 0) await begin(lanes, program)
      for (const { evaluating } of lanes) await evaluating
      const [first, ...others] = lanes as [Lane, ...Lane[]]
      for (const { ask } of others) {
        const share = (await ask({ share: true })) as Share
        await first.ask({ adopt: share }, [share.matches])
      }
      return asCounted(program, (await first.ask({ finish: true })) as Outcome)
    } catch (error) {
      await sent?.catch(() => {})
      for (const { ask } of lanes) await ask({ forget: true }).catch(() => {})
      throw error
    }
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
    close: async () => {
      await behind.stop()
      await Promise.all(threads.map(({ close }) => close()))
    },
  }
}

interface Lane {
  ask: Ask
  evaluating: Promise<unknown>
}

const firstFree = (lanes: Lane[]): Promise<Lane> =>
  Promise.race(lanes.map(lane => lane.evaluating.then(() => lane)))

/** As many programs as hold all views; `known` are those that are in one of them. */
async function compile(tsqueries: ReadonlyMap<string, string>, views: Watched[]) {
  const pause = pauses()
  const programs: Program[] = []
  const known: boolean[] = []
  while (known.length < views.length) {
    const builder = buildProgram(tsqueries)
    const added: boolean[] = []
    for (const view of views.slice(known.length)) {
      await pause()
      if (builder.isFull) break
      added.push(builder.add(view))
    }
    if (added.includes(true)) programs.push(builder.build())
    known.push(...added)
  }
  return { programs, known }
}

function asCounted({ watches }: Program, { counts, ms, matches, ends }: Outcome): Counted[] {
  return watches.map((watch, i) => ({
    count: counts[i]!,
    ms: ms[i]!,
    matched: watch.matches ? matches.subarray(ends[i - 1] ?? 0, ends[i]) : null,
  }))
}
