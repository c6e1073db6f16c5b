// What can go wrong with a store, and what to do about it: wait and ask again, or say so.
import { setTimeout as sleep } from 'node:timers/promises'

/** The store did not do what it was asked. The message is a clause: `it answered 503 SlowDown`. */
export class StoreFault extends Error {
  /** Asking again may help. */
  readonly passing: boolean
  readonly status: number | undefined

  constructor(message: string, { passing, status }: { passing: boolean; status?: number }) {
    super(message)
    this.passing = passing
    this.status = status
  }
}

/** As an error of the SDK, or of the network below it, is to be taken. */
export function asStoreFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error
  const {
    name = '',
    message = '',
    code,
    $metadata,
  } = error as {
    name?: string
    message?: string
    code?: string
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode
  if (name === 'CredentialsProviderError')
    return new StoreFault('this server has no credentials for it', { passing: false })
  if (status === undefined || status < 300)
    return new StoreFault(`the connection failed: ${code ?? (message || name)}`, { passing: true })
  // To HEAD a store answers without a word, and the SDK does not know why.
  if (status === 403 && name === 'Unknown')
    return new StoreFault('it answered 403: the credentials of this server are wrong, or may not do that', {
      passing: false,
      status,
    })
  const passing = status >= 500 || status === 429 || status === 408
  return new StoreFault(`it answered ${status}${name && ` ${name}`}`, { passing, status })
}

/** Four times in about three seconds: more than a store needs to recover from being asked too fast. */
export const maxAttempts = 4
const firstPauseMs = 300

/** Does the work again while its StoreFault is passing, with pauses that grow. Other errors are thrown at once. */
export async function persist<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof StoreFault) || !error.passing || attempt === maxAttempts) throw error
      await sleep(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal })
    }
  }
}
