// The far end of thread.ts.
import { parentPort } from 'node:worker_threads'
import type { Asked, Reply } from './thread.ts'

interface Answering {
  /** Buffers that are moved, not copied. */
  transfer?: (answer: never) => ArrayBuffer[]
  /** How many questions it looks at while it waits for what they ask of others. */
  together?: number
}

export function answerQuestions<Question>(
  answer: (question: Question) => unknown,
  { transfer = () => [], together = 1 }: Answering = {},
): void {
  const reply = async ({ id, question }: Asked) => {
    try {
      const given = await answer(question as Question)
      parentPort!.postMessage({ id, answer: given } satisfies Reply, transfer(given as never))
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException
      parentPort!.postMessage({ id, failure: message, code } satisfies Reply)
    }
  }
  const waiting: Asked[] = []
  let under = 0
  const next = async () => {
    const asked = waiting.shift()
    if (!asked) return
    under++
    await reply(asked)
    under--
    void next()
  }
  parentPort!.on('message', (asked: Asked) => {
    waiting.push(asked)
    if (under < together) void next()
  })
}
