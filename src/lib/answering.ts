// The far end of thread.ts.
import { parentPort } from 'node:worker_threads'
import type { Asked, Reply } from './thread.ts'

interface Answering {
  /** Buffers that are moved, not copied. */
  transfer?: (answer: never) => ArrayBuffer[]
  /** Looks at the next question while it waits for the answer to this one. */
  together?: boolean
}

export function answerQuestions<Question>(
  answer: (question: Question) => unknown,
  { transfer = () => [], together = false }: Answering = {},
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
  let last = Promise.resolve()
  parentPort!.on('message', (asked: Asked) => {
    if (together) void reply(asked)
    else last = last.then(() => reply(asked))
  })
}
