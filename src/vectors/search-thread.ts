// The thread that compares vectors.
import { workerData } from 'node:worker_threads'
import type { Pages } from '../db/copy-rows.ts'
import { answerQuestions } from '../lib/answering.ts'
import { tileIndex } from './index-of-tiles.ts'
import { copiesOf } from './stored-rows.ts'

/** `tiles` are rows of a binary COPY, named by their keys; `gone` names those that there are no more. */
export type Question = { keys: string[]; tiles: Pages; gone: string[] } & (
  | { is: 'search'; vector: Float32Array; minCosine: number; limit: number }
  | { is: 'nearest'; of: string[]; count: number; above?: Float64Array }
)

const index = tileIndex((workerData as { maxBytes: number }).maxBytes)

/** `missing` names tiles that must be sent along first. */
answerQuestions<Question>(question => {
  for (const page of question.tiles) index.add(copiesOf(page))
  const needed = question.is === 'nearest' ? [...question.of, ...question.keys] : question.keys
  const missing = index.missing(needed).filter(key => !question.gone.includes(key))
  if (missing.length > 0) return { missing }
  const found =
    question.is === 'search'
      ? index.search(question.keys, question.vector, question.minCosine, question.limit)
      : index.nearest(question.keys, question.of, question.count, question.above)
  index.shrink()
  return { found }
})
