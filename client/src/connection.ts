// One request to the server: address, sign, send, wait no longer than allowed, retry what may be repeated, refuse.
import { BelfryError, BelfryUnreachable, reasonOf, refusalOf } from './errors.ts'
import { signingSource, type TokenSource } from './token.ts'

/** With keys the client signs its own tokens; with neither keys nor token it uses the browser's session cookie. */
export type ClientOptions = { url: string; fetch?: typeof fetch } & (
  | { apiKey: string; apiSecret: string; token?: undefined }
  | { token: string | TokenSource; apiKey?: undefined }
  | { token?: undefined; apiKey?: undefined }
)

/** An answer takes milliseconds; beyond this the server is not there. */
export const answerTimeoutMs = 30_000
/** A repeatable request is sent at most this often … */
const maxAttempts = 3
/** … after pauses of about this long, doubled each time. */
const firstPauseMs = 200
const passing = new Set([502, 503, 504])

type QueryValue = string | number | boolean | null | undefined
export interface CallOptions {
  query?: Record<string, QueryValue>
  json?: unknown
  form?: Record<string, string>
  multipart?: FormData
  headers?: Record<string, string>
  signal?: AbortSignal
  timeoutMs?: number
  /** A lost answer may be asked for again. GET always may; others with an Idempotency-Key. */
  repeatable?: boolean
}

export type Connection = ReturnType<typeof connect>

export function connect(options: ClientOptions) {
  const base = options.url.replace(/\/+$/, '')
  const send = options.fetch ?? fetch.bind(globalThis)
  const source = tokenSource(options)

  const address = (path: string, query: Record<string, QueryValue> = {}) => {
    const url = new URL(`${base}/api/v1${path}`)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value))
    return url
  }
  const authorization = async (): Promise<Record<string, string>> =>
    source ? { authorization: `Bearer ${await source()}` } : {}

  /** Sends once; resolves with the answer whatever its status. */
  async function open(url: URL, init: RequestInit): Promise<Response> {
    const headers = { ...(await authorization()), ...(init.headers as Record<string, string>) }
    try {
      return await send(url, { ...init, headers, credentials: source ? 'same-origin' : 'include' })
    } catch (error) {
      if (init.signal?.aborted && init.signal.reason?.name !== 'TimeoutError') throw error
      throw new BelfryUnreachable(base, reasonOf(error), { cause: error })
    }
  }

  async function attempt(method: string, path: string, call: CallOptions): Promise<Response> {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? answerTimeoutMs)
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
    const json = call.json === undefined ? undefined : JSON.stringify(call.json)
    const response = await open(address(path, call.query), {
      method,
      signal,
      body: json ?? call.multipart ?? (call.form ? new URLSearchParams(call.form) : undefined),
      headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...call.headers },
    })
    if (!response.ok) throw await refusalOf(response)
    return response
  }

  /** Resolves with an answer of 2xx. Throws BelfryError or BelfryUnreachable. */
  async function request(method: string, path: string, call: CallOptions = {}): Promise<Response> {
    const once = () => attempt(method, path, call)
    return method === 'GET' || call.repeatable ? repeat(once, call.signal) : once()
  }

  return {
    base,
    address,
    authorization,
    open,
    request,
    /** The JSON of the answer, or undefined when it has no body. */
    async json<T>(method: string, path: string, call?: CallOptions): Promise<T> {
      const text = await (await request(method, path, call)).text()
      return (text ? JSON.parse(text) : undefined) as T
    },
  }
}

function tokenSource({ apiKey, token, ...options }: ClientOptions): TokenSource | undefined {
  if (apiKey !== undefined) return signingSource(apiKey, (options as { apiSecret: string }).apiSecret)
  return typeof token === 'string' ? () => token : token
}

/** Does what may be done twice again while the server is away, a few times. */
export async function repeat<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await work()
    } catch (error) {
      if (failed >= maxAttempts || !mayPass(error) || signal?.aborted) throw error
      await pause(firstPauseMs * 2 ** (failed - 1) * (0.5 + Math.random()), signal)
    }
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof BelfryUnreachable || (error instanceof BelfryError && passing.has(error.status))

/** Waits; ends at once when the signal aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, signal?.aborted ? 0 : ms)
    signal?.addEventListener('abort', done)
  })
