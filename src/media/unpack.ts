// Takes an archive apart into storage.
import type { Readable } from 'node:stream'
import type { TaskRun } from '../tasks/run.ts'
import type { ItemProblem } from '../tasks/tasks.ts'
import { extract } from './archive/archive.ts'
import { localFile } from './local-file.ts'
import { readSmall } from './read-small.ts'
import type { Storage } from './storage.ts'

/** Entries up to this size are written in the background while the next are read; most pictures are smaller. */
const smallBytes = 4 * 2 ** 20
/** Each waits for the disk, not the processor, so more than there are cores. At most 32 MiB together. */
const maxInBackground = 8

export interface Unpacked {
  path: string
  storage_key: string
  bytes: number
}

/** Stores the files of an archive under `<folder>/<n>`, in the archive's order. */
export async function unpack(
  storage: Storage,
  run: TaskRun,
  archiveKey: string,
  folder: string,
): Promise<{ files: Unpacked[]; problems: ItemProblem[] }> {
  const archive = await localFile(storage, archiveKey)
  const files: Unpacked[] = []
  const storing = new Set<Promise<void>>()
  let failure: unknown

  const take = async (path: string, body: Readable) => {
    const storage_key = `${folder}/${files.length}`
    const source = await readSmall(body, smallBytes)
    if (!Buffer.isBuffer(source)) {
      const { bytes } = await storage.put(storage_key, source)
      return files.push({ path, storage_key, bytes })
    }
    const stored = storage
      .put(storage_key, source)
      .then(() => {})
      .catch(error => {
        failure ??= error
      })
      .finally(() => storing.delete(stored))
    storing.add(stored)
    if (storing.size >= maxInBackground) await Promise.race(storing)
    return files.push({ path, storage_key, bytes: source.length })
  }

  const { faults } = await extract(
    archive.path,
    async ({ path }, body) => {
      if (failure) throw failure
      await take(path, body)
      await run.progress(0, `Unpacked ${files.length} files`)
    },
    { signal: run.signal },
  ).finally(async () => {
    await Promise.all(storing)
    await archive.release()
  })
  if (failure) throw failure
  return { files, problems: faults }
}
