// One reader of the log. It starts `behind`, and then is in one of two phases:
//   catching up – reads its rows after `cursor` from the database, waiting whenever the client is slow;
//   live        – is handed new events by the hub, and writes them at once.
// It goes live only when it wants nothing that was published before it joined, or when a read came back short and nothing
// was published since that read began, in one turn of the event loop; so there is no window in which an event could be
// missed, and no queue of events to bound. A client that falls behind while live is put back to catching up: the database is
// its buffer.
import type { LogEntry } from '../notifications/log.ts'
import { type Events, eventsOf } from './events.ts'

/** The client closed its connection, or was cut. */
export class ClientGone extends Error {}

/** Where the bytes go: a client's connection, or a test. */
export interface Sink {
  /** A chunk as encode.ts makes it. */
  write(chunk: Buffer): void
  /** Bytes accepted but not yet taken by the client. */
  readonly pendingBytes: number
  /** Resolves when the client took what was pending; rejects with ClientGone. Has one waiter at a time. */
  drained(): Promise<void>
  close(): void
}

export interface Reader {
  userId: string
  datasetId: string | null
  /** Also events outside the log: what is read elsewhere. */
  allEvents: boolean
  /** What it was opened with: the user, and the API key or session. Taking one of them away ends it. */
  rights: string[]
}

/** What followers read from; one for all of them. */
export interface Log {
  epoch: string
  read(reader: Reader, afterSeq: number, limit: number): Promise<LogEntry[]>
  /** A follower has gone live, for the first time or again. */
  caughtUp(follower: Follower): void
  /** A read failed. The follower reads again when it is next handed something, or told to catch up. */
  failed(error: unknown): void
}

/** Above this a live client counts as slow. One page of the largest notifications fits. */
export const maxPendingBytes = 256 * 2 ** 10
/** Rows of one read while catching up. */
export const pageSize = 200

/** A class, because tens of thousands are open at once: closures would cost each of them 2 kB more. */
export class Follower implements Reader {
  readonly userId: string
  readonly datasetId: string | null
  readonly allEvents: boolean
  readonly rights: string[]
  phase: 'behind' | 'catching up' | 'live' | 'closed' = 'behind'
  readonly #log: Log
  readonly #sink: Sink
  /** The number after which the reader wants everything. */
  #cursor: number
  /** Something was published while catching up: read once more before going live. */
  #stale = false

  constructor(log: Log, reader: Reader, cursor: number, sink: Sink) {
    this.userId = reader.userId
    this.datasetId = reader.datasetId
    this.allEvents = reader.allEvents
    this.rights = reader.rights
    this.#log = log
    this.#sink = sink
    this.#cursor = cursor
  }

  get pendingBytes(): number {
    return this.#sink.pendingBytes
  }

  async catchUp(): Promise<void> {
    if (this.phase !== 'behind') return
    this.phase = 'catching up'
    try {
      for (;;) {
        // A stalled client costs no reads.
        if (this.#sink.pendingBytes > 0) await this.#sink.drained()
        if (this.#isClosed()) return
        this.#stale = false
        const page = await this.#log.read(this, this.#cursor, pageSize)
        if (this.#isClosed()) return
        this.#send(eventsOf(page, this.#log.epoch))
        if (page.length < pageSize && !this.#stale) break
      }
      this.#goLive()
    } catch (error) {
      if (this.#isClosed() || error instanceof ClientGone) return // a fault of the client, who is forgotten next
      this.phase = 'behind'
      this.#log.failed(error)
    }
  }

  /**
   * Joins the log of which everything up to `published` has been published before this turn, and nothing after it. A
   * reader who wants only what is after that need not read first.
   */
  join(published: number): void {
    if (this.phase === 'behind' && this.#cursor >= published) this.#goLive()
    else void this.catchUp()
  }

  /** New events of this user, in log order. */
  deliver(events: Events): void {
    if (this.phase === 'live' && this.#sink.pendingBytes > maxPendingBytes) this.phase = 'behind'
    if (this.phase === 'live') this.#send(events)
    else if (this.phase === 'catching up') this.#stale = true
    else if (this.phase === 'behind') void this.catchUp()
  }

  /** What is outside the log: keepalives and errors. Dropped when the client is behind. */
  tell(chunk: Buffer): void {
    if (!this.#isClosed() && this.#sink.pendingBytes <= maxPendingBytes) this.#sink.write(chunk)
  }

  close(): void {
    if (this.#isClosed()) return
    this.phase = 'closed'
    this.#sink.close()
  }

  #goLive(): void {
    this.phase = 'live'
    this.#log.caughtUp(this)
  }

  /** A method, because the phase changes during an await. */
  #isClosed(): boolean {
    return this.phase === 'closed'
  }

  #send(events: Events): void {
    const wanted = events.after(this.#cursor, this.datasetId)
    if (!wanted) return
    this.#cursor = wanted.lastSeq
    this.#sink.write(wanted.chunk)
  }
}
