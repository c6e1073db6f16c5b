// What can go wrong: the server refused (BelfryError), or it did not answer (BelfryUnreachable).

/** The server's refusal. `detail` is its one sentence, `requestId` finds the request in its log. */
export class BelfryError extends Error {
  override readonly name = 'BelfryError'
  readonly status: number
  readonly detail: string
  readonly requestId: string | null

  constructor(status: number, detail: string, requestId: string | null = null) {
    super(detail)
    this.status = status
    this.detail = detail
    this.requestId = requestId
  }
}

/** Nothing answered at `url`, or not in time; `cause` is what the network said. */
export class BelfryUnreachable extends Error {
  override readonly name = 'BelfryUnreachable'
  readonly url: string

  constructor(url: string, why: string, options?: ErrorOptions) {
    super(`No answer from ${url}: ${why}`, options)
    this.url = url
  }
}

/** Reads a refusal. A proxy in between may answer with something that is not Belfry's JSON. */
export async function refusalOf(response: Response): Promise<BelfryError> {
  const text = await response.text().catch(() => '')
  return refusal(response.status, text, response.headers.get('x-request-id'))
}

export function refusal(status: number, body: string, requestId: string | null): BelfryError {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown }
    if (typeof detail === 'string') return new BelfryError(status, detail, requestId)
  } catch {}
  return new BelfryError(status, `The answer was ${status}, without a reason.`, requestId)
}

/** The innermost reason of a failed fetch, which hides it in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  return error.message || (error as { code?: string }).code || error.name
}
