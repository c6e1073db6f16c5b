// The client's end of a stream: its head, and then the events, each chunk in one write, straight to the connection.
// A client that stops reading is noticed by its pings (pings.ts).
import type { Sink } from './follow.ts'

export interface ClientSink extends Sink {
  /** Calls `listener` once the connection is closed, or now when it is. */
  whenClosed(listener: () => void): void
}
