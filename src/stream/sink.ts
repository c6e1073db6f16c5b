// The client's end of a stream. The head goes out through Node's HTTP, the events straight to the socket, each chunk in
// one write.
// A client that stops reading is noticed by its pings (pings.ts).
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { takeConnection } from './connection.ts'
import { bodyOf, lastChunk } from './encode.ts'
import type { Sink } from './follow.ts'

export class ClientGone extends Error {}

/** Sends the head of the answer and `first`. */
export function openSink(
  response: ServerResponse,
  headers: Record<string, string>,
  first: string,
): ClientSink {
  response.writeHead(200, { ...headers, connection: 'close' })
  response.write(first)
  response.socket!.uncork() // Node would write at the end of this turn
  return new ClientSink(takeConnection(response), response.chunkedEncoding)
}

export class ClientSink implements Sink {
  readonly #socket: Socket
  /** False for a client of HTTP/1.0. */
  readonly #chunked: boolean

  constructor(socket: Socket, chunked: boolean) {
    this.#socket = socket
    this.#chunked = chunked
    socket.on('error', ignore) // it is closed next
    socket.resume() // what a client sends now is nothing to us, but its end is
  }

  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  write(chunk: Buffer): void {
    this.#socket.write(this.#chunked ? chunk : bodyOf(chunk))
  }

  drained(): Promise<void> {
    const socket = this.#socket
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new ClientGone())
      if (!socket.writableNeedDrain) return resolve()
      const settle = () => {
        socket.off('drain', settle).off('close', settle)
        if (socket.destroyed) reject(new ClientGone())
        else resolve()
      }
      socket.once('drain', settle).once('close', settle)
    })
  }

  close(): void {
    // Ending politely would wait for a client that does not read.
    if (this.pendingBytes > 0) return void this.#socket.destroy()
    if (this.#chunked) this.#socket.write(lastChunk)
    this.#socket.destroySoon()
  }

  /** Calls `listener` once the connection is closed, or now when it is. */
  whenClosed(listener: () => void): void {
    if (this.#socket.closed) listener()
    else this.#socket.once('close', listener)
  }
}

const ignore = () => {}
