// The bytes of one long answer, given up when it falls silent.
import type { CallOptions, Connection } from './connection.ts'
import { reasonOf, refusalOf } from './errors.ts'

/** The connection ended before its time; a new one goes on where it was. */
export class StreamLost extends Error {
  override readonly name = 'StreamLost'
}

export interface ReceiveOptions extends Pick<CallOptions, 'query' | 'headers' | 'signal'> {
  /** No byte for this long means that nobody is there. Time in which the caller does not read is not counted. */
  maxSilenceMs: number
  onOpen?: () => void
}

/** Throws BelfryError when refused, BelfryUnreachable without an answer, StreamLost when cut or silent. */
export async function* receive(
  connection: Connection,
  path: string,
  { query, headers, signal, maxSilenceMs, onOpen }: ReceiveOptions,
): AsyncGenerator<Uint8Array> {
  const hangUp = new AbortController()
  const stop = () => hangUp.abort(signal?.reason)
  const noisy = async <T>(answer: Promise<T>): Promise<T> => {
    const lost = new StreamLost(`nothing was heard for ${maxSilenceMs} ms`)
    const silence = setTimeout(() => hangUp.abort(lost), maxSilenceMs)
    return answer.finally(() => clearTimeout(silence))
  }
  signal?.addEventListener('abort', stop)
  try {
    const response = await noisy(
      connection.open(connection.address(path, query), {
        headers: { accept: 'text/event-stream', ...headers },
        cache: 'no-store',
        signal: hangUp.signal,
      }),
    )
    if (!response.ok || !response.body) throw await refusalOf(response)
    onOpen?.()
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await noisy(reader.read()).catch(error => {
        throw error instanceof StreamLost ? error : new StreamLost(reasonOf(error), { cause: error })
      })
      if (done) return
      yield value
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    hangUp.abort()
  }
}
