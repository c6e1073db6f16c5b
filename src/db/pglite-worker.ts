// The thread in which PGlite runs. Messages in are bytes of the wire protocol, messages out are its answers.
import { fsyncSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, protocol } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { CopyAnswer } from './copy-answer.ts'
import { buffersOf } from './copy-rows.ts'
import type { FromWorker, ToWorker } from './pglite.ts'

const port = parentPort!
const { folder } = workerData as { folder: string | null }

// As shipped, PGlite starts with `-F` and its file system has no fsync: a commit survives a killed process but not
// a power cut. This gives emscripten's NODEFS the call it lacks.
class DurableNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>) {
    const { emscriptenOpts } = await super.init(...args)
    const addFsync = (module: { NODEFS?: unknown }) => {
      const { stream_ops } = module.NODEFS as { stream_ops: { fsync?: (stream: { nfd: number }) => number } }
      stream_ops.fsync = stream => {
        fsyncSync(stream.nfd)
        return 0
      }
    }
    return {
      emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync as never] },
    }
  }
}

// PGlite asks Date.now() for the time, which knows only milliseconds; timestamps here promise microseconds. The
// finer clock runs beside the wall clock and follows it when somebody sets it.
const wallNow = Date.now
const maxDriftMs = 2
let anchor = wallNow() - performance.now()
Date.now = () => {
  if (Math.abs(anchor + performance.now() - wallNow()) > maxDriftMs) anchor = wallNow() - performance.now()
  return anchor + performance.now()
}

const durable = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync']
// The engine fills its buffers with zeros at the start, so they are resident at once: 128 MB as shipped. On 1,000,000
// notifications queries take as long with a quarter of it; the operating system caches the same files.
const small = ['-c', 'shared_buffers=32MB']
const engine = await (folder === null
  ? PGlite.create('memory://')
  : PGlite.create({
      fs: new DurableNodeFS(folder),
      startParams: [...PGlite.defaultStartParams.filter(param => param !== '-F'), ...durable, ...small],
    }))

/** The engine hands out 8 kB at a time, and each message costs the main thread as much as 64 kB do. */
const pieceBytes = 64 * 2 ** 10
const piece = new Uint8Array(pieceBytes)
let used = 0

function post(bytes: Uint8Array): void {
  const copy = bytes.slice() // the engine, or the next answer, writes over it
  port.postMessage(copy, [copy.buffer])
}

function flush(): void {
  if (used > 0) post(piece.subarray(0, used))
  used = 0
}

const ask = (question: Uint8Array, onRawData: (bytes: Uint8Array) => void) =>
  engine.execProtocolRawStream(question, { syncToFs: false, onRawData })

async function answer(question: Uint8Array): Promise<void> {
  await ask(question, bytes => {
    if (used + bytes.length > pieceBytes) flush()
    if (bytes.length > pieceBytes) return post(bytes)
    piece.set(bytes, used)
    used += bytes.length
  })
  flush()
}

async function copy(statement: string): Promise<void> {
  const rows = new CopyAnswer()
  try {
    await ask(protocol.serialize.query(statement), bytes => rows.take(bytes))
    const pages = rows.end()
    port.postMessage({ pages } satisfies FromWorker, buffersOf(pages))
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    port.postMessage({ failure: message, code } satisfies FromWorker)
  }
}

// Answers are posted in the order of the questions: one message is worked at a time.
let last = Promise.resolve()
port.on('message', (message: ToWorker) => {
  last = last.then(async () => {
    if (message === 'close') {
      await engine.close()
      port.close()
    } else if ('copy' in message) await copy(message.copy)
    else await answer(message)
  })
})
port.postMessage('ready')
