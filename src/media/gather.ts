// Sorts what was sent: pictures to list, annotation files to read, archives to unpack.

import type { TaskRun } from '../tasks/run.ts'
import type { ItemProblem } from '../tasks/tasks.ts'
import type { Brought } from '../vectors/brought.ts'
import {
  type AnnotationFile,
  type Annotations,
  isAnnotationFile,
  readAnnotations,
} from './annotations/annotations.ts'
import { archiveKind } from './archive/archive.ts'
import type { Batch, Upload } from './batches.ts'
import { itemFolder } from './forget.ts'
import { isLitter } from './names.ts'
import type { Storage } from './storage.ts'
import { storedTable } from './stored-table.ts'
import { unpack } from './unpack.ts'

/** A file that is meant to be a picture. */
export interface Candidate {
  /** A safe relative path. */
  path: string
  /** null: it is still where `source_uri` says. */
  storage_key: string | null
  source_uri: string | null
  bytes: number | null
}

export interface Gathered {
  /** In the order in which they were sent, and in which they are in their archive. */
  candidates: Candidate[]
  annotations: Annotations
  problems: ItemProblem[]
  /** Storage keys that nobody needs once the items are rows. */
  spent: string[]
}

export async function gather(
  storage: Storage,
  run: TaskRun,
  batch: Batch,
  uploads: Upload[],
  brought: Brought | undefined,
): Promise<Gathered> {
  const candidates: Candidate[] = []
  const annotationFiles: AnnotationFile[] = []
  const problems: ItemProblem[] = []
  const spent: string[] = []

  const sort = (path: string, storage_key: string, bytes: number) => {
    if (isLitter(path)) return spent.push(storage_key)
    if (!isAnnotationFile(path)) return candidates.push({ path, storage_key, source_uri: null, bytes })
    spent.push(storage_key)
    return annotationFiles.push(storedTable(storage, path, storage_key))
  }

  await storage.remove(itemFolder(batch)) // what an attempt that was cut off unpacked
  for (const { file_name: path, storage_key: key, bytes, refusal } of uploads) {
    if (key === null) problems.push({ subject: path, problem: refusal! })
    else if (archiveKind(path) === null) sort(path, key, bytes)
    else {
      const unpacked = await unpack(storage, run, key, `${itemFolder(batch)}/${spent.length}`)
      for (const file of unpacked.files) sort(file.path, file.storage_key, file.bytes)
      problems.push(...unpacked.problems)
      spent.push(key)
    }
  }
  const annotations = await readAnnotations(
    annotationFiles,
    candidates.map(({ path }) => path),
    brought,
  )
  return { candidates, annotations, problems: [...problems, ...annotations.problems], spent }
}
