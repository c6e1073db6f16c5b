// For readers that want a file: that of the storage itself, or a copy for as long as it is needed.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Storage } from './storage.ts'

export interface LocalFile {
  path: string
  /** Call it when the file is no longer needed. */
  release: () => Promise<void>
}

export async function localFile(storage: Storage, key: string): Promise<LocalFile> {
  if (storage.path) return { path: storage.path(key), release: async () => {} }
  const path = join(tmpdir(), `belfry-${randomUUID()}`)
  const release = () => rm(path, { force: true })
  try {
    await pipeline(await storage.open(key), createWriteStream(path, { mode: 0o600 }))
  } catch (error) {
    await release()
    throw error
  }
  return { path, release }
}
