// Questions to a worker thread. A thread starts with the first question; one that dies fails what was asked of it, and
// the next question starts another.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

export interface Thread {
  ask<Answer>(question: object, transfer?: ArrayBuffer[]): Promise<Answer>
  close(): Promise<void>
}

export interface Asked {
  id: number
  question: unknown
}
export type Reply = { id: number } & ({ answer: unknown } | { failure: string; code?: string | undefined })

/** Runs the file `name`, which stands beside the file whose URL is `beside`. */
export function startThread(beside: string, name: string, workerData: object = {}): Thread {
  const url = new URL(`./${name}${extname(beside)}`, beside)
  let worker: Worker | undefined
  let lastId = 0
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()

  const start = (): Worker => {
    const started = new Worker(url, { workerData })
    started.unref() // nobody waits for a thread that has nothing to do
    const die = (error: Error) => {
      if (worker !== started) return // it has failed before it ends, and what waits now was asked of the next
      worker = undefined
      for (const one of waiting.values()) one.reject(error)
      waiting.clear()
    }
    started.on('message', (reply: Reply) => {
      const asked = waiting.get(reply.id)!
      waiting.delete(reply.id)
      if (waiting.size === 0) started.unref()
      if ('answer' in reply) asked.resolve(reply.answer)
      else asked.reject(Object.assign(new Error(reply.failure), { code: reply.code }))
    })
    started.on('error', die)
    started.on('exit', () => die(new Error(`The thread ${name} ended.`)))
    return started
  }

  return {
    ask<Answer>(question: object, transfer: ArrayBuffer[] = []) {
      worker ??= start()
      const asked = Promise.withResolvers<unknown>()
      waiting.set(++lastId, asked)
      worker.ref()
      worker.postMessage({ id: lastId, question } satisfies Asked, transfer)
      return asked.promise as Promise<Answer>
    },
    async close() {
      await worker?.terminate()
    },
  }
}
