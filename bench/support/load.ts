// The load generator's side in the benchmark: it starts a process, so that clients and server share no event loop.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Ask {
  path: string
  token: string
}
export interface StreamPlan {
  origin: string
  streams: Ask[]
}
export interface RequestPlan {
  origin: string
  asks: Ask[]
  /** Requests start at this rate whatever the answers do; left out: each starts when the last one ended. */
  perSecond?: number
}
export type Order =
  | { kind: 'request'; plan: RequestPlan }
  | { kind: 'open'; plan: StreamPlan }
  | { kind: 'await'; events: number; timeoutMs: number }

export type Load = Awaited<ReturnType<typeof startLoad>>

/** Times are those of `monotonicMs`, which all processes of a machine share. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

export async function startLoad() {
  const child = fork(fileURLToPath(new URL('./load-process.ts', import.meta.url)))
  const order = async <Answer>(asked: Order): Promise<Answer> => {
    child.send(asked)
    const [answer] = (await once(child, 'message')) as [{ failure?: string; answer: Answer }]
    if (answer.failure) throw new Error(answer.failure)
    return answer.answer
  }
  return {
    /** Milliseconds from the moment a request was due to the last byte of its answer. */
    request: (plan: RequestPlan) => order<number[]>({ kind: 'request', plan }),
    /** Resolves when every stream has answered with its headers. */
    openStreams: (plan: StreamPlan) => order<null>({ kind: 'open', plan }),
    /** The times at which the next `events` notification events arrived, over all streams together. */
    awaitEvents: (events: number, timeoutMs: number) => order<number[]>({ kind: 'await', events, timeoutMs }),
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
