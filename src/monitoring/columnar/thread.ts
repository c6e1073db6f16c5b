// A thread in which programs run. Messages in: a program; a tile of the batch, or its end; a program of one view and tiles
// of the past. A message out answers each.
import { giveBack } from '../../db/copy-rows.ts'
import { answerQuestions } from '../../lib/answering.ts'
import { yieldToOthers } from '../../lib/yield-to-others.ts'
import { KeptTiles } from './kept-tiles.ts'
import { askPast, type PastAnswer, type PastRows, type PastTile } from './past-run.ts'
import type { Program } from './program.ts'
import type { TilePages } from './read.ts'
import { Run, type TileCounts } from './run.ts'

export type Question = { run: number } & (
  | { program: Program }
  /** More of the program, before its first tile. */
  | Pick<Program, 'predicates' | 'watches' | 'queries'>
  | TilePages
  /** Rows to be packed are of the only tile. */
  | { past: PastTile[]; rows?: PastRows }
  /** The batch has no more tiles; the program stays, for the next one. */
  | { end: true }
  | { forget: true }
)

yieldToOthers()
const programs = new Map<number, Program>()
const runs = new Map<number, Run>()
/** 100 batches of 10,000 items with their labels, words and a few numbers take half of it. */
const maxKeptBytes = 128 * 2 ** 20
const kept = new KeptTiles(maxKeptBytes)

answerQuestions<Question>(
  question => {
    try {
      return answer(question)
    } catch (error) {
      forget(question.run)
      throw new Error(`The evaluator failed: ${(error as Error).stack ?? error}`)
    }
  },
  { transfer: (answer: Answer) => (answer && 'packed' in answer ? [answer.packed.buffer] : []) },
)

type Answer = TileCounts | PastAnswer[] | undefined

function answer(question: Question): Answer {
  const { run } = question
  if ('program' in question) programs.set(run, question.program)
  else if ('watches' in question) {
    programs.get(run)!.predicates.push(...question.predicates)
    programs.get(run)!.watches.push(...question.watches)
    programs.get(run)!.queries.push(...question.queries)
  } else if ('past' in question)
    return question.past.map(tile => askPast(kept, programs.get(run)!, tile, question.rows))
  else if ('items' in question) {
    const counts = running(run).count(question)
    giveBack(question.items)
    giveBack(question.vectors)
    return counts
  } else if ('end' in question) runs.delete(run)
  else forget(run)
}

function running(run: number): Run {
  if (!runs.has(run)) runs.set(run, new Run(programs.get(run)!))
  return runs.get(run)!
}

function forget(run: number): void {
  programs.delete(run)
  runs.delete(run)
}
