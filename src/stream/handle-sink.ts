// A stream on the bare handle of its connection: libuv's, without the socket, the parser, the request and the response
// that Node keeps for it. They are more than half of what an idle stream would cost, and a tenth of what a delivery does.
//
// Node has no public way to do this; ADR 11 says what it rests on. This file alone knows of it. Where a piece is
// missing, `takeHandle` returns undefined and the stream stays on its socket.
import type { ServerResponse } from 'node:http'
import { lastChunk } from './encode.ts'
import { ClientGone } from './follow.ts'
import type { ClientSink } from './sink.ts'

/** One write, as Node's C++ knows it. */
interface WriteRequest {
  oncomplete?: (status: number) => void
  /** Keeps the bytes from being collected while the kernel has not taken them. */
  buffer?: Buffer
}
interface Handle {
  /** What was written and not yet taken by the kernel, in bytes. */
  readonly writeQueueSize: number
  /** Is called without bytes at the client's end, or on a fault. */
  onread: (bytes?: ArrayBuffer) => void
  readStart(): number
  /** Below 0 is an error. The request is used only when the kernel does not take everything at once. */
  writeBuffer(request: WriteRequest, bytes: Buffer): number
  close(closed: () => void): void
}

/** Node's own view of its handles. */
interface Binding {
  WriteWrap: new () => WriteRequest
  /** Its element `kLastWriteWasAsync` is not 0 when the kernel did not take everything. */
  streamBaseState: Int32Array
  kLastWriteWasAsync: number
}

const node = findBinding()

function findBinding(): Binding | undefined {
  try {
    const found = (process as unknown as { binding(name: string): Binding }).binding('stream_wrap')
    return found.WriteWrap && found.streamBaseState?.[found.kLastWriteWasAsync] !== undefined
      ? found
      : undefined
  } catch {
    return undefined
  }
}

const isHandle = (handle: object | null | undefined): handle is Handle =>
  handle?.constructor.name === 'TCP' &&
  'writeQueueSize' in handle &&
  ['readStart', 'writeBuffer', 'close'].every(name => typeof handle[name as keyof object] === 'function')

/** Takes the connection away from `response`, which must have said `connection: close` and sent nothing. */
export function takeHandle(response: ServerResponse): Handle | undefined {
  const socket = response.socket as unknown as { _handle?: object | null; writableLength: number }
  const handle = socket._handle
  // What is still being written belongs to the socket that writes it.
  if (!node || !isHandle(handle) || socket.writableLength > 0) return undefined
  socket._handle = null
  forgetOwner(handle, socket)
  // To Node the answer is finished and its socket to be destroyed, which closes nothing any more. It frees the parser.
  response.emit('finish')
  return handle
}

/** A handle holds the socket it was made for: 1.8 kB of the 3.2 that would be live. */
function forgetOwner(handle: Handle, owner: object): void {
  const held = handle as unknown as Record<symbol, unknown>
  for (const symbol of Object.getOwnPropertySymbols(handle))
    if (held[symbol] === owner) held[symbol] = undefined
}

/** For all streams, until one of them needs it for longer than the call. */
let spare: WriteRequest | undefined

/** A class, as tens of thousands are open at once: closures cost more. */
export class HandleSink implements ClientSink {
  readonly #handle: Handle
  #closing = false
  #closed = false
  /** Writes the kernel has not taken. */
  #writing = 0
  /** Who waits for it to take them. */
  #waiting: (() => void) | undefined
  #whenClosed: (() => void) | undefined

  constructor(handle: Handle, opening: Buffer) {
    this.#handle = handle
    handle.onread = bytes => {
      if (!bytes) this.#close() // what a client sends now is nothing to us, but its end is
    }
    handle.readStart()
    this.write(opening)
  }

  get pendingBytes(): number {
    return this.#writing === 0 || this.#closing ? 0 : this.#handle.writeQueueSize
  }

  write(chunk: Buffer): void {
    if (this.#closing) return
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = node!
    spare ??= new WriteWrap()
    const request = spare
    const failed = this.#handle.writeBuffer(request, chunk) < 0
    if (failed) this.#close()
    if (failed || streamBaseState[kLastWriteWasAsync] === 0) return
    spare = undefined
    this.#writing++
    request.buffer = chunk
    request.oncomplete = status => this.#written(status)
  }

  #written(status: number): void {
    this.#writing--
    if (status < 0) this.#close()
    else if (this.#writing === 0) this.#settle()
  }

  async drained(): Promise<void> {
    if (this.#writing > 0 && !this.#closing)
      await new Promise<void>(resolve => {
        this.#waiting = resolve
      })
    if (this.#closing) throw new ClientGone()
  }

  close(): void {
    // What the kernel was given it still sends. A client that does not read is not waited for.
    if (this.#writing === 0) this.write(lastChunk)
    this.#close()
  }

  whenClosed(listener: () => void): void {
    if (this.#closed) listener()
    else this.#whenClosed = listener
  }

  #close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#handle.close(() => {
      this.#closed = true
      this.#whenClosed?.()
    })
    this.#settle()
  }

  #settle(): void {
    this.#waiting?.()
    this.#waiting = undefined
  }
}
