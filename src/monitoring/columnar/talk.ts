// Hands a program to a thread of the evaluator (thread.ts), which is asked about it then.
import { buffersOf, type Pages } from '../../db/copy-rows.ts'
import { startThread as startAny } from '../../lib/thread.ts'
import type { Program } from './program.ts'
import type { Question } from './thread.ts'

type Asked = Question extends infer One ? (One extends unknown ? Omit<One, 'run'> : never) : never

export type Ask = Awaited<ReturnType<ReturnType<typeof startThread>['begin']>>

/** A program is posted in parts: copying ten thousand views at once would hold up the main thread for 30 ms. */
const postedAtOnce = 500

export function startThread() {
  const thread = startAny(import.meta.url, 'thread')
  let runs = 0
  return {
    async begin({ predicates, watches, queries, ...program }: Program) {
      const run = runs++
      const ask = (question: Asked, pages: Pages = []) =>
        thread.ask<unknown>({ ...question, run }, buffersOf(pages))
      await ask({ program: { ...program, predicates: [], watches: [], queries: [] } })
      const most = Math.max(predicates.length, watches.length, queries.length)
      for (let from = 0; from < most; from += postedAtOnce) {
        const part = <One>(all: One[]) => all.slice(from, from + postedAtOnce)
        await ask({ predicates: part(predicates), watches: part(watches), queries: part(queries) })
      }
      return ask
    },
    close: thread.close,
  }
}
