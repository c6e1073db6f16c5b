// A stream on the socket it came with: for clients of HTTP/1.0, and where handle-sink.ts finds Node changed.
import type { Socket } from 'node:net'
import { bodyOf, lastChunk } from './encode.ts'
import { ClientGone } from './follow.ts'
import type { ClientSink } from './sink.ts'

export class SocketSink implements ClientSink {
  readonly #socket: Socket
  readonly #chunked: boolean

  constructor(socket: Socket, chunked: boolean, opening: Buffer) {
    this.#socket = socket
    this.#chunked = chunked
    socket.on('error', ignore) // it is closed next
    socket.write(opening)
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

  whenClosed(listener: () => void): void {
    if (this.#socket.closed) listener()
    else this.#socket.once('close', listener)
  }
}

const ignore = () => {}
