// The embedded engine: PGlite in a worker thread, so that a slow statement never holds up the streams. The main
// thread talks to it with `pg`, over a Duplex that carries the wire protocol as messages instead of a socket.
import { extname } from 'node:path'
import { Duplex } from 'node:stream'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { pieceMs } from '../lib/pause.ts'
import type { Pages } from './copy-rows.ts'
import { acquireTimeoutMs, type Database, type ListenHandlers, overPool, types } from './database.ts'

/** A question in the wire protocol, or a COPY, which is answered with its rows alone. */
export type ToWorker = Uint8Array | { copy: string } | 'close'
export type FromWorker = Uint8Array | { pages: Pages } | { failure: string; code?: string | undefined }

/** Starts the engine on a data folder, or in memory when `folder` is null (tests). */
export async function openPglite(folder: string | null): Promise<Database> {
  const worker = new Worker(new URL(`./pglite-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { folder },
  })
  await new Promise<void>((ready, failed) => {
    worker.once('message', () => ready())
    worker.once('error', error => failed(asError(error)))
  })
  const copying: PromiseWithResolvers<Pages>[] = []
  worker.on('message', (message: FromWorker) => {
    if (message instanceof Uint8Array) return
    if ('pages' in message) copying.shift()!.resolve(message.pages)
    else copying.shift()!.reject(Object.assign(new Error(message.failure), { code: message.code }))
  })
  const broken = Promise.withResolvers<Error>()
  worker.once('error', error => {
    for (const { reject } of copying) reject(error)
    broken.resolve(asError(error))
  })
  const copy = (statement: string) => {
    const asked = Promise.withResolvers<Pages>()
    copying.push(asked)
    worker.postMessage({ copy: statement } satisfies ToWorker)
    return asked.promise
  }
  const pool = new pg.Pool({
    max: 1, // PGlite has one session
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: acquireTimeoutMs,
    types,
    user: 'postgres',
    database: 'postgres',
    stream: () => new WorkerStream(worker) as never,
  })
  pool.on('error', () => {}) // reported by the query it hits
  const channels = new Map<string, ListenHandlers>()
  pool.on('connect', client => {
    client.on('error', () => {}) // the thread died; `broken` says so
    // After this error it answers nothing more, without a word.
    client.connection.on('errorMessage', (error: pg.DatabaseError) => {
      if (error.severity === 'PANIC' || error.severity === 'FATAL') broken.resolve(error)
    })
    client.on('notification', ({ channel, payload }) => channels.get(channel)?.heard(payload ?? ''))
  })
  await pool.query("set timezone = 'UTC'")

  return {
    engine: 'pglite',
    broken: broken.promise,
    ...overPool(pool, copy),
    async listen(channel, handlers) {
      channels.set(channel, handlers)
      await pool.query(`listen ${pg.escapeIdentifier(channel)}`)
    },
    async close() {
      await pool.end()
      await new Promise<void>(done => {
        worker.once('exit', () => done())
        worker.postMessage('close')
      })
    },
  }
}

/** Emscripten's number of ENOSPC. */
const noSpace = 51

/** What the engine throws is an Error, or what Emscripten makes of a refusal of the file system: `{ name, errno }`. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  const { name, errno } = thrown as { name?: string; errno?: number }
  return new Error(errno === noSpace ? 'the disk is full' : `its files cannot be used (${name} ${errno})`)
}

/** Looks like a socket to `pg`; bytes go to the worker and come back as messages. */
class WorkerStream extends Duplex {
  readonly worker: Worker
  #received: Uint8Array[] = []
  #isHandingOver = false
  readonly receive = (message: FromWorker) => {
    if (!(message instanceof Uint8Array)) return
    this.#received.push(message)
    if (!this.#isHandingOver) this.#handOver()
  }

  constructor(worker: Worker) {
    super()
    this.worker = worker
    worker.on('message', this.receive)
    worker.once('error', error => this.destroy(error))
  }
  /** All messages that wait at a port come in one turn of the event loop; others are let in between. */
  #handOver(): void {
    const begun = performance.now()
    this.#isHandingOver = true
    while (this.#received.length > 0) {
      if (performance.now() - begun > pieceMs) {
        setImmediate(() => this.#handOver())
        return
      }
      const { buffer, byteOffset, length } = this.#received.shift()!
      this.push(Buffer.from(buffer, byteOffset, length))
    }
    this.#isHandingOver = false
  }
  connect() {
    queueMicrotask(() => this.emit('connect'))
    return this
  }
  setNoDelay() {}
  setKeepAlive() {}
  ref() {}
  unref() {}
  override _read() {}
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.worker.postMessage(new Uint8Array(chunk))
    done()
  }
  override _writev(chunks: { chunk: Buffer }[], done: () => void) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', done)
  }
  override _final(done: () => void) {
    done()
    this.destroy()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    this.worker.off('message', this.receive)
    this.#received = []
    done(error)
  }
}
