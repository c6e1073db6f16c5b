// Questions to a thread of the evaluator (thread.ts) and its answers, which come in the order of the questions.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { buffersOf, type Pages } from '../../db/copy-rows.ts'
import type { Program } from './program.ts'
import type { Question } from './thread.ts'

type Asked = Question extends infer One ? (One extends unknown ? Omit<One, 'run'> : never) : never

export type Ask = Awaited<ReturnType<ReturnType<typeof startThread>['begin']>>

/** A program is posted in parts: copying ten thousand views at once would hold up the main thread for 30 ms. */
const postedAtOnce = 500

/** The thread itself is started when it is first needed. */
export function startThread() {
  let worker: Worker | undefined
  let runs = 0
  let waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = []

  function start(): Worker {
    const started = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url))
    started.unref()
    const fail = (error: Error) => {
      if (worker !== started) return // as in lib/thread.ts
      worker = undefined
      for (const { reject } of waiting) reject(error)
      waiting = []
    }
    started.on('message', ({ value, error }: { value?: unknown; error?: string }) => {
      const { resolve, reject } = waiting.shift()!
      if (waiting.length === 0) started.unref()
      if (error === undefined) resolve(value)
      else reject(new Error(`The evaluator failed: ${error}`))
    })
    started.on('error', fail)
    started.on('exit', () => fail(new Error('The evaluator thread ended.')))
    return started
  }

  function post(question: Question, pages: Pages): Promise<unknown> {
    worker ??= start()
    worker.ref()
    const answer = new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    worker.postMessage(question, buffersOf(pages))
    return answer
  }

  return {
    async begin({ predicates, watches, queries, ...program }: Program) {
      const run = runs++
      const ask = (question: Asked, pages: Pages = []) => post({ ...question, run } as Question, pages)
      await ask({ program: { ...program, predicates: [], watches: [], queries: [] } })
      const most = Math.max(predicates.length, watches.length, queries.length)
      for (let from = 0; from < most; from += postedAtOnce) {
        const part = <One>(all: One[]) => all.slice(from, from + postedAtOnce)
        await ask({ predicates: part(predicates), watches: part(watches), queries: part(queries) })
      }
      return ask
    },
    async close(): Promise<void> {
      await worker?.terminate()
    },
  }
}
