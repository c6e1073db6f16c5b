// Alerts as they happen, over one connection that is made again whenever it is lost.
import { type Connection, pause } from './connection.ts'
import { BelfryError, BelfryUnreachable } from './errors.ts'
import { receive, StreamLost } from './receive.ts'
import { SseParser } from './sse.ts'
import type { Notification } from './types/notification.ts'

/** The server pings every 3 s; three missed pings and the connection is given up. */
export const deadAfterMs = 10_000
/** Until the server says `retry:`. */
const defaultRetryMs = 1_000
/** The pause before a new connection doubles with each failure in a row, up to this. */
const maxPauseMs = 30_000

/** What happens besides alerts: to the connection and, with `readState`, to what is unread. */
export type StreamChange =
  | { kind: 'open' }
  /** The server's sign of life, every 3 s. */
  | { kind: 'ping' }
  | { kind: 'lost'; reason: string; retryInMs: number }
  /** The server had an internal fault; it recovers by itself on the same connection. */
  | { kind: 'fault' }
  /** Something between the cursor and now is gone on the server; the list tells the state before. */
  | { kind: 'reset'; detail: string }
  | { kind: 'read'; id: string }
  | { kind: 'read_all'; datasetId: string | null }
  | { kind: 'unread_count'; count: number }
  /** The dataset, its members, tasks or views; null: any of them may have. */
  | { kind: 'changed'; datasetId: string | null }
  /** No longer a member, or it is deleted; its notifications went, or are without a dataset. */
  | { kind: 'access_lost'; datasetId: string }

export interface StreamOptions {
  datasetId?: string
  /** A cursor: everything since then comes first. Without one only what is new. */
  lastEventId?: string
  /** Also tells what is read on other clients, the unread count whenever it changed, and which datasets changed. */
  readState?: boolean
  signal?: AbortSignal
  onChange?: (change: StreamChange) => void
  deadAfterMs?: number
}

export interface NotificationStream extends AsyncIterable<Notification> {
  /** Where the stream is: after the notification that was given last. Keep it, and go on from it later. */
  readonly cursor: string | undefined
}

/** What outlives a single connection. */
interface Progress {
  cursor: string | undefined
  retryMs: number
  failures: number
}

/**
 * Nothing is missed and nothing given twice while it reconnects. Ends when `signal` aborts; throws BelfryError when
 * the server refuses for good (401, 403, or a cursor it does not know).
 */
export function followStream(connection: Connection, options: StreamOptions): NotificationStream {
  const progress: Progress = { cursor: options.lastEventId, retryMs: defaultRetryMs, failures: 0 }
  return {
    get cursor() {
      return progress.cursor
    },
    [Symbol.asyncIterator]: () => follow(connection, options, progress),
  }
}

async function* follow(
  connection: Connection,
  options: StreamOptions,
  progress: Progress,
): AsyncGenerator<Notification> {
  const { signal, onChange } = options
  while (!signal?.aborted) {
    let reason = 'the server ended the stream'
    try {
      yield* followOnce(connection, options, progress)
    } catch (error) {
      if (signal?.aborted) return
      if (!mayComeBack(error)) throw error
      reason = error.message
    }
    if (signal?.aborted) return
    // Jitter, so that a restart of the server does not bring all its clients back in the same instant.
    const spread = 1 + Math.random() / 2
    const retryInMs = Math.round(Math.min(progress.retryMs * 2 ** progress.failures, maxPauseMs) * spread)
    progress.failures++
    onChange?.({ kind: 'lost', reason, retryInMs })
    await pause(retryInMs, signal)
  }
}

async function* followOnce(
  connection: Connection,
  { datasetId, signal, onChange = () => {}, ...options }: StreamOptions,
  progress: Progress,
): AsyncGenerator<Notification> {
  const parser = new SseParser(progress.cursor)
  const chunks = receive(connection, '/notifications/stream', {
    query: { dataset_id: datasetId, events: options.readState ? 'all' : undefined },
    headers: progress.cursor ? { 'last-event-id': progress.cursor } : {},
    maxSilenceMs: options.deadAfterMs ?? deadAfterMs,
    onOpen: () => onChange({ kind: 'open' }),
    signal,
  })
  for await (const bytes of chunks) {
    progress.failures = 0
    const events = parser.push(bytes)
    progress.retryMs = parser.retryMs ?? progress.retryMs
    for (const { event, data, lastEventId } of events) {
      progress.cursor = lastEventId || undefined
      if (event === 'notification') yield JSON.parse(data) as Notification
      else tellChange(event, data, onChange)
    }
    progress.cursor = parser.lastEventId || undefined
  }
}

/** Events of a newer server that this client does not know are nothing to it. */
function tellChange(event: string, data: string, tell: (change: StreamChange) => void): void {
  const fields = () => JSON.parse(data)
  if (event === 'ping') tell({ kind: 'ping' })
  else if (event === 'error') tell({ kind: 'fault' })
  else if (event === 'reset') tell({ kind: 'reset', detail: fields().detail })
  else if (event === 'read') tell({ kind: 'read', id: fields().id })
  else if (event === 'read_all') tell({ kind: 'read_all', datasetId: fields().dataset_id })
  else if (event === 'changed') tell({ kind: 'changed', datasetId: fields().dataset_id })
  else if (event === 'access_lost') tell({ kind: 'access_lost', datasetId: fields().dataset_id })
  else if (event === 'unread_count') tell({ kind: 'unread_count', count: fields().count })
}

/** A refusal with 4xx stays one however often it is asked, except when the server is only busy. */
function mayComeBack(error: unknown): error is Error {
  if (error instanceof BelfryError) return error.status >= 500 || error.status === 408 || error.status === 429
  return error instanceof StreamLost || error instanceof BelfryUnreachable
}
