// A thread in which programs run. Messages in: a program, tiles of the batch, the end, or what another thread found on the
// other tiles and then the end; or a program of one view and tiles of the past. A message out answers each.
import { parentPort } from 'node:worker_threads'
import { yieldToOthers } from '../../lib/yield-to-others.ts'
import { KeptTiles } from './kept-tiles.ts'
import { askPast, type PastAnswer, type PastRows, type PastTile } from './past-run.ts'
import type { Program } from './program.ts'
import type { TilePages } from './read.ts'
import { type Outcome, Run, type Share } from './run.ts'

export type Question = { run: number } & (
  | { program: Program }
  /** More of the program, before its first tile. */
  | Pick<Program, 'predicates' | 'watches' | 'queries'>
  | TilePages
  /** `rows` are of the only tile. */
  | { past: PastTile[]; rows?: PastRows }
  /** Of the others who have tiles of this batch. */
  | { adopt: Share }
  | { share: true }
  | { finish: true }
  | { forget: true }
)

yieldToOthers()
const port = parentPort!
const programs = new Map<number, Program>()
const runs = new Map<number, Run>()
/** 100 batches of 10,000 items with their labels, words and a few numbers take half of it. */
const maxKeptBytes = 128 * 2 ** 20
const kept = new KeptTiles(maxKeptBytes)

port.on('message', (question: Question) => {
  try {
    const outcome = answer(question)
    if (outcome && 'matches' in outcome) port.postMessage({ value: outcome }, [outcome.matches.buffer])
    else port.postMessage({ value: outcome })
  } catch (error) {
    forget(question.run)
    port.postMessage({ error: (error as Error).stack ?? String(error) })
  }
})

function answer(question: Question): Outcome | Share | PastAnswer[] | undefined {
  const { run } = question
  if ('program' in question) programs.set(run, question.program)
  else if ('watches' in question) {
    programs.get(run)!.predicates.push(...question.predicates)
    programs.get(run)!.watches.push(...question.watches)
    programs.get(run)!.queries.push(...question.queries)
  } else if ('forget' in question) forget(run)
  else if ('adopt' in question) running(run).adopt(question.adopt)
  else if ('past' in question)
    return question.past.map(tile => askPast(kept, programs.get(run)!, tile, question.rows))
  else if ('items' in question) running(run).take(question)
  else {
    const outcome = 'share' in question ? running(run).share() : running(run).finish()
    runs.delete(run) // its program stays, for the next batch
    return outcome
  }
}

function running(run: number): Run {
  if (!runs.has(run)) runs.set(run, new Run(programs.get(run)!))
  return runs.get(run)!
}

function forget(run: number): void {
  programs.delete(run)
  runs.delete(run)
}
