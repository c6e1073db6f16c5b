// The step 'list' for a folder in a bucket: what is in it, without fetching any of it but the annotation files.
import { TaskFailed, type TaskRun } from '../../tasks/run.ts'
import type { ItemProblem } from '../../tasks/tasks.ts'
import type { Brought } from '../../vectors/brought.ts'
import { isAnnotationFile, readAnnotations } from '../annotations/annotations.ts'
import type { TableFile } from '../annotations/table.ts'
import { archiveLimits } from '../archive/archive.ts'
import { collectFaults } from '../archive/faults.ts'
import type { Batch } from '../batches.ts'
import { uploadFolder } from '../forget.ts'
import type { Candidate, Gathered } from '../gather.ts'
import { isLitter, safePath, shown } from '../names.ts'
import { StoreFault } from '../s3/faults.ts'
import type { Objects } from '../s3/objects.ts'
import { s3Uri } from '../s3/uri.ts'
import type { Storage } from '../storage.ts'
import { storedTable } from '../stored-table.ts'
import { fetchObject } from './fetch.ts'
import { isMedia, type Source } from './source.ts'

/** Looked at in one folder, media or not. */
const maxObjects = 1_000_000

export async function gatherFolder(
  { storage, objects, source }: { storage: Storage; objects: Objects; source: Source },
  run: TaskRun,
  batch: Batch,
  { maxCandidates, brought }: { maxCandidates: number; brought: Brought | undefined },
): Promise<Gathered> {
  const { bucket, key: prefix } = source.place
  const candidates: Candidate[] = []
  const tables: TableFile[] = []
  const faults = collectFaults('objects')
  const spent: string[] = []
  let seen = 0
  let others = 0

  const takeTable = async (path: string, key: string) => {
    const storageKey = `${uploadFolder(batch)}/${spent.length}`
    try {
      await fetchObject(objects, storage, { bucket, key }, storageKey, {
        maxBytes: archiveLimits.maxEntryBytes,
        confirmLength: true,
        signal: run.signal,
      })
      spent.push(storageKey)
      tables.push(storedTable(storage, path, storageKey))
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      faults.add(shown(path), `It could not be read from the store: ${error.message}.`)
    }
  }

  try {
    for await (const { key, bytes } of objects.list(source.place, { signal: run.signal })) {
      if (++seen > maxObjects)
        throw new TaskFailed(`The folder holds more than ${maxObjects} objects; add its folders one by one.`)
      const relative =
        source.kind === 'object' ? key.slice(key.lastIndexOf('/') + 1) : key.slice(prefix.length)
      if (source.kind === 'object' && key !== prefix) continue
      if (key.endsWith('/') || isLitter(relative)) continue
      const name = safePath(relative)
      if (typeof name === 'string') faults.add(shown(relative), name)
      else if (isAnnotationFile(name.path)) await takeTable(name.path, key)
      else if (isMedia(name.path))
        candidates.push({ path: name.path, storage_key: null, source_uri: s3Uri({ bucket, key }), bytes })
      else others++
      if (candidates.length > maxCandidates)
        throw new TaskFailed(
          `The folder holds more than ${maxCandidates} media; add its folders one by one, or list them in a manifest.`,
        )
      await run.progress(1, `Listed ${seen} objects`)
    }
  } catch (error) {
    throw error instanceof StoreFault ? unreadable(source, error) : error
  }
  if (others > 0)
    faults.add(
      shown(s3Uri(source.place)),
      `${others === 1 ? 'One object is neither media nor an annotation file and was' : `${others} objects are neither media nor annotation files and were`} left out.`,
    )
  const annotations = await readAnnotations(
    tables,
    candidates.map(({ path }) => path),
    brought,
  )
  const problems: ItemProblem[] = [...faults.list(), ...annotations.problems]
  return { candidates, annotations, problems, spent }
}

export const unreadable = ({ place }: Source, fault: StoreFault): TaskFailed =>
  new TaskFailed(
    `${shown(s3Uri(place))} could not be read from the store: ${fault.message}. Retry the task when that is mended.`,
  )
