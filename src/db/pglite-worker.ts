// The thread in which PGlite runs. Messages in are bytes of the wire protocol, messages out are its answers.
import { fsyncSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, protocol } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { buffersOf, PagesOfRows } from './copy-rows.ts'
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

/** What is given to `take` is written over afterwards. */
async function ask(question: Uint8Array, take: (bytes: Uint8Array) => void): Promise<void> {
  let used = 0
  const flush = () => {
    if (used > 0) take(piece.subarray(0, used))
    used = 0
  }
  await engine.execProtocolRawStream(question, {
    syncToFs: false,
    onRawData: bytes => {
      if (used + bytes.length > pieceBytes) flush()
      if (bytes.length > pieceBytes) return take(bytes)
      piece.set(bytes, used)
      used += bytes.length
    },
  })
  flush()
}

function post(bytes: Uint8Array): void {
  const copy = bytes.slice()
  port.postMessage(copy, [copy.buffer])
}

async function copy(statement: string): Promise<void> {
  const rows = new PagesOfRows()
  const parser = new protocol.Parser()
  let failed: { message: string; code?: string | undefined } | undefined
  await ask(protocol.serialize.query(statement), bytes =>
    parser.parse(bytes.slice(), message => {
      if (message instanceof protocol.messages.CopyDataMessage) rows.add(message.chunk)
      else if (message instanceof protocol.messages.DatabaseError) failed = message
    }),
  )
  const pages = rows.end()
  if (failed) port.postMessage({ failure: failed.message, code: failed.code } satisfies FromWorker)
  else port.postMessage({ pages } satisfies FromWorker, buffersOf(pages))
}

// Answers are posted in the order of the questions: one message is worked at a time.
let last = Promise.resolve()
port.on('message', (message: ToWorker) => {
  last = last.then(async () => {
    if (message === 'close') {
      await engine.close()
      port.close()
    } else if ('copy' in message) await copy(message.copy)
    else await ask(message, post)
  })
})
port.postMessage('ready')
