// The columnar evaluator, as seen from the main thread: reads the batch tile by tile as bytes and hands them to threads,
// which evaluate while the next tile is read.
import { availableParallelism } from 'node:os'
import type { Queryable } from '../../db/database.ts'
import { pauses } from '../../lib/pause.ts'
import type { Counted, Watched } from '../count.ts'
import { buildProgram } from './compile.ts'
import { countPast, type FoundByVectors, type PastBatch } from './past.ts'
import type { Program } from './program.ts'
import { readTiles, readTsqueries } from './read.ts'
import type { Outcome, Share } from './run.ts'
import { type Ask, startThread } from './talk.ts'

/** More would take the processor from the database, which reads the next tile meanwhile, and from the streams. */
const maxThreads = 2

export type ColumnarEvaluator = ReturnType<typeof createColumnarEvaluator>

export function createColumnarEvaluator() {
  const threads = Array.from({ length: Math.min(maxThreads, availableParallelism()) }, startThread)

  /** Counts for each of the views, undefined for those which only the SQL form can evaluate. */
  async function count(db: Queryable, batchId: string, views: Watched[]): Promise<(Counted | undefined)[]> {
    const pause = pauses()
    const tsqueries = await readTsqueries(db, views)
    const counted: (Counted | undefined)[] = []
    while (counted.length < views.length) {
      const builder = buildProgram(tsqueries)
      const known: boolean[] = []
      for (const view of views.slice(counted.length)) {
        await pause()
        if (builder.isFull) break
        known.push(builder.add(view))
      }
      const found = known.includes(true) ? await run(db, batchId, builder.build()) : []
      let next = 0
      for (const is of known) counted.push(is ? found[next++] : undefined)
    }
    return counted
  }

  /** Tiles go to the threads in turn; the first puts together what all of them found. */
  async function run(db: Queryable, batchId: string, program: Program): Promise<Counted[]> {
    const lanes: { ask: Ask; evaluating: Promise<unknown> }[] = []
    try {
      for await (const pages of readTiles(db, batchId, program)) {
        const turn = pages.tile % threads.length
        lanes[turn] ??= { ask: await threads[turn]!.begin(program), evaluating: Promise.resolve() }
        const lane = lanes[turn]
        await lane.evaluating
        lane.evaluating = lane.ask(pages, [...pages.items, ...pages.vectors])
        lane.evaluating.catch(() => {}) // seen by the next await
      }
      lanes[0] ??= { ask: await threads[0]!.begin(program), evaluating: Promise.resolve() }
      for (const { evaluating } of lanes) await evaluating
      const [first, ...others] = lanes as [(typeof lanes)[0], ...typeof lanes]
      for (const { ask } of others) {
        const share = (await ask({ share: true })) as Share
        await first.ask({ adopt: share }, [share.matches])
      }
      return asCounted(program, (await first.ask({ finish: true })) as Outcome)
    } catch (error) {
      for (const { ask } of lanes) await ask({ forget: true }).catch(() => {})
      throw error
    }
  }

  return {
    count,
    /** One view on many batches, for each its count and first matches; undefined when only SQL can evaluate it. */
    countPast: (
      db: Queryable,
      batches: PastBatch[],
      view: Watched,
      found: FoundByVectors,
      signal?: AbortSignal,
    ) => countPast(threads[0]!, db, batches, view, found, signal),
    close: async () => {
      await Promise.all(threads.map(({ close }) => close()))
    },
  }
}

function asCounted({ watches }: Program, { counts, ms, matches, ends }: Outcome): Counted[] {
  return watches.map((watch, i) => ({
    count: counts[i]!,
    ms: ms[i]!,
    matched: watch.matches ? matches.subarray(ends[i - 1] ?? 0, ends[i]) : null,
  }))
}
