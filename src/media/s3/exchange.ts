// The far end of a request: the bytes of its answer, watched.
import type { Readable } from 'node:stream'
import { asStoreFault, StoreFault } from './faults.ts'

/** What is said of a store that does not go on. */
export const silence = (timeoutMs: number) =>
  new StoreFault(`it was silent for ${Math.round(timeoutMs / 1000)} s`, { passing: true })

/** The bytes of an answer, held to the length it announced, and cut when they stop coming. */
export async function* received(
  body: Readable,
  {
    bytes: announced,
    timeoutMs,
    signal,
    exchange,
  }: { bytes: number | undefined; timeoutMs: number; signal?: AbortSignal; exchange: AbortController },
): AsyncGenerator<Buffer> {
  let timer: NodeJS.Timeout | undefined
  const watch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => body.destroy(silence(timeoutMs)), timeoutMs)
  }
  const stop = () => body.destroy(signal!.reason)
  signal?.addEventListener('abort', stop)
  let bytes = 0
  try {
    watch()
    for await (const chunk of body) {
      clearTimeout(timer) // the store is not to blame for a reader that takes its time
      bytes += chunk.length
      yield chunk
      watch()
    }
    if (announced !== undefined && bytes !== announced)
      throw new StoreFault(`it sent ${bytes} of ${announced} bytes`, { passing: true })
  } catch (error) {
    signal?.throwIfAborted()
    throw asStoreFault(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    body.destroy()
    exchange.abort()
  }
}
