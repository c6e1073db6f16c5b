// Where media bytes live: a folder of files here, or a bucket (s3/storage.ts), behind one interface.
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { gather } from '../lib/gather.ts'
import type { ByteRange } from './byte-range.ts'

/** Of those that are asked for while others are under way. */
const syncsPerRound = 64

/**
 * Keys are relative paths of plain ASCII segments: `items/<uuid>/<uuid>/17`. A key is either absent or holds the
 * whole of what was put: there is no half-written state. Absent keys reject with an error whose `code` is `ENOENT`.
 */
export interface Storage {
  /**
   * Resolves when the bytes would survive a power cut. Replaces what the key held. What is `derived` from other stored
   * bytes need only survive the process: without the syncs it costs a third.
   */
  put(key: string, source: Readable | Buffer, options?: { derived?: boolean }): Promise<{ bytes: number }>
  open(key: string, range?: ByteRange): Promise<Readable>
  /** In bytes. */
  size(key: string): Promise<number>
  /** Takes a local file over (it is gone from `fromPath` afterwards); as durable as `put`. */
  moveIn(key: string, fromPath: string): Promise<void>
  /** The local file behind a key, for readers that want one. A storage without files lacks this. */
  path?(key: string): string
  /** Removes `prefix` itself and every key below `prefix/`. Absent is fine. */
  remove(prefix: string): Promise<void>
}

/** Nothing more fits, here or in the database: no fault of an item or a request, and mended by making room. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', '53100'].includes((error as NodeJS.ErrnoException)?.code ?? '')

export const fileStorage = (root: string): Storage & { path(key: string): string } => {
  const fileOf = (key: string) => join(root, validKey(key))
  const syncEntries = shareSync()

  const put: Storage['put'] = async (key, source, { derived = false } = {}) => {
    const file = fileOf(key)
    const temporary = `${file}.${randomUUID()}.part`
    try {
      const bytes = await write(await create(temporary), source, { synced: !derived })
      await rename(temporary, file)
      if (!derived) await syncEntries(dirname(file))
      return { bytes }
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  return {
    put,
    path: fileOf,
    open: async (key, range) =>
      (await open(fileOf(key))).createReadStream(range && { start: range.start, end: range.end - 1 }),
    size: async key => (await stat(fileOf(key))).size,
    async moveIn(key, fromPath) {
      const file = fileOf(key)
      await makeFolder(dirname(file))
      await sync(fromPath)
      try {
        await rename(fromPath, file)
        await syncEntries(dirname(file))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
        await put(key, createReadStream(fromPath)) // another file system
        await rm(fromPath)
      }
    },
    remove: prefix => rm(fileOf(prefix), { recursive: true, force: true }),
  }
}

/** Folders are there nearly always, so they are made only when one turns out to be missing. */
async function create(path: string): Promise<FileHandle> {
  const create = () => open(path, 'wx', 0o600)
  return create().catch(async error => {
    if (error.code !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    return create()
  })
}

async function write(
  file: FileHandle,
  source: Readable | Buffer,
  { synced }: { synced: boolean },
): Promise<number> {
  try {
    await file.writeFile(source) // reads a stream too; a write stream of its own would keep the handle open
    if (synced) await file.sync()
    return Buffer.isBuffer(source) ? source.length : (await file.stat()).size
  } finally {
    await file.close()
  }
}

const maxKeyLength = 512
const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

export function validKey(key: string): string {
  if (key.length > maxKeyLength || !key.split('/').every(part => segment.test(part)))
    throw new Error(`'${key}' is not a storage key.`)
  return key
}

/** A folder's entry is only durable once its parent was synced, so every folder made here has its parent synced. */
async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (firstMade === undefined) return
  for (let made = folder; ; made = dirname(made)) {
    await sync(dirname(made))
    if (made === firstMade) return
  }
}

/** Whoever asks while folders are being synced shares the next round: of 600 puts, a fifth. */
const shareSync = () =>
  gather(async (folders: string[]) => {
    const synced = new Map([...new Set(folders)].map(folder => [folder, sync(folder)]))
    await Promise.allSettled(synced.values()) // a folder that is gone is no fault of the others
    return folders.map(folder => synced.get(folder)!)
  }, syncsPerRound)

async function sync(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}
