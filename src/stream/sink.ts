// The client's end of a stream. The head goes out through Node's HTTP, the events straight to the connection, each chunk
// in one write.
// A client that stops reading is noticed by its pings (pings.ts).
import type { ServerResponse } from 'node:http'
import type { Sink } from './follow.ts'
import { HandleSink, takeHandle } from './handle-sink.ts'
import { SocketSink } from './socket-sink.ts'

export interface ClientSink extends Sink {
  /** Calls `listener` once the connection is closed, or now when it is. */
  whenClosed(listener: () => void): void
}

/** Sends the head of the answer and `first`. */
export function openSink(
  response: ServerResponse,
  headers: Record<string, string>,
  first: string,
): ClientSink {
  response.writeHead(200, { ...headers, connection: 'close' })
  response.write(first)
  response.socket!.uncork() // Node would write at the end of this turn
  const chunked = response.chunkedEncoding // false for a client of HTTP/1.0
  const handle = chunked ? takeHandle(response) : undefined
  return handle ? new HandleSink(handle) : new SocketSink(response.socket!, chunked)
}
