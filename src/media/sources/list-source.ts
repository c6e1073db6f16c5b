// The step 'list' for what is taken from a bucket. A folder is listed as a whole, like files that were sent; a
// manifest may have a million rows, so it is listed chunk by chunk, and from the start when that was cut off.
import type { Database, Transaction } from '../../db/database.ts'
import { TaskFailed, type TaskRun } from '../../tasks/run.ts'
import { addProblems, type ItemProblem } from '../../tasks/tasks.ts'
import { broughtTo } from '../../vectors/vectors.ts'
import { embeddingReader } from '../annotations/embedding.ts'
import { collectFaults } from '../archive/faults.ts'
import type { Batch } from '../batches.ts'
import { uploadFolder } from '../forget.ts'
import { insertItems, knownSources, type NewItem, rowsPerInsert } from '../items.ts'
import { itemsOfRow, planItems } from '../plan-items.ts'
import { StoreFault } from '../s3/faults.ts'
import type { Objects } from '../s3/objects.ts'
import type { Storage } from '../storage.ts'
import { forgetListing, markListed, setKnown } from '../store.ts'
import { storedTable } from '../stored-table.ts'
import { fetchObject } from './fetch.ts'
import { gatherFolder, unreadable } from './gather-folder.ts'
import { type ManifestRow, readManifest } from './manifest.ts'
import type { Source, Sources } from './source.ts'

/** The ids of tags by their names; makes those that the dataset lacks. */
export type TagsNamed = (tx: Transaction, datasetId: string, names: string[]) => Promise<Map<string, string>>

export interface SourceParts {
  db: Database
  storage: Storage
  sources: Sources
  tagsNamed: TagsNamed
}

interface Listing extends SourceParts {
  objects: Objects
  source: Source
}

/** Two million rows of a kilobyte. */
const maxManifestBytes = 2 * 2 ** 30
/** The rows of a folder are planned in memory. */
const maxFolderItems = 200_000

export async function listSource(parts: SourceParts, run: TaskRun, batch: Batch): Promise<void> {
  const source = parts.sources.read(batch.source_uri!)
  if (!source)
    throw new TaskFailed('Its bucket is no longer one that media may be taken from; see BELFRY_S3_BUCKETS.')
  const listing = { ...parts, source, objects: parts.sources.objects(batch.assume_role) }
  await parts.db.transaction(async tx => {
    await run.hold(tx)
    await forgetListing(tx, batch.id)
  })
  await (source.kind === 'manifest' ? listManifest : listFolder)(listing, run, batch)
}

async function listFolder(listing: Listing, run: TaskRun, batch: Batch): Promise<void> {
  const { db, storage } = listing
  const { candidates, annotations, problems, spent } = await gatherFolder(listing, run, batch, {
    maxCandidates: maxFolderItems,
    brought: await broughtTo(db, batch.dataset_id),
  })
  const known = await knownSources(
    db,
    batch.dataset_id,
    candidates.map(({ source_uri }) => source_uri!),
  )
  const items = planItems(
    candidates.filter(({ source_uri }) => !known.has(source_uri!)),
    annotations,
  )
  await db.transaction(async tx => {
    await run.hold(tx)
    await insertItems(tx, batch, items)
    await addProblems(tx, run.task.id, problems)
    await setKnown(tx, batch.id, known.size)
    await markListed(tx, batch.id)
  })
  for (const key of spent) await storage.remove(key)
}

async function listManifest(listing: Listing, run: TaskRun, batch: Batch): Promise<void> {
  const { db, storage, objects, source } = listing
  const { key } = source.place
  const storageKey = `${uploadFolder(batch)}/manifest`
  await fetchObject(objects, storage, source.place, storageKey, {
    maxBytes: maxManifestBytes,
    confirmLength: true,
    signal: run.signal,
  }).catch(error => {
    throw error instanceof StoreFault ? unreadable(source, error) : error
  })

  const faults = collectFaults('manifest')
  const fileName = key.slice(key.lastIndexOf('/') + 1)
  let rows: ManifestRow[] = []
  let waiting = 0
  let ordinal = 0
  let listed = 0
  let known = 0
  const write = async () => {
    run.signal.throwIfAborted()
    const written = await writeRows(listing, run, batch, rows, ordinal)
    ordinal += written.items
    listed += written.listed
    known += written.known
    for (const { subject, problem } of written.problems) faults.add(subject, problem)
    rows = []
    waiting = 0
    await run.progress(1, `Listed ${listed + known} media files`)
  }
  const readEmbedding = embeddingReader(await broughtTo(db, batch.dataset_id))
  await readManifest(
    storedTable(storage, fileName, storageKey),
    source.place,
    { readEmbedding, fault: (where, problem) => faults.add(`${fileName} ${where}`.trim(), problem) },
    async row => {
      if (!listing.sources.read(row.source_uri))
        return faults.add(
          row.path,
          'Its bucket is not one that media may be taken from; see BELFRY_S3_BUCKETS.',
        )
      rows.push(row)
      waiting += 1 + row.objects.length
      if (waiting >= rowsPerInsert) await write()
    },
  )
  await write()
  await db.transaction(async tx => {
    await run.hold(tx)
    await addProblems(tx, run.task.id, faults.list())
    await setKnown(tx, batch.id, known)
    await markListed(tx, batch.id)
  })
  await storage.remove(storageKey)
}

async function writeRows(
  { db, tagsNamed }: Listing,
  run: TaskRun,
  batch: Batch,
  rows: ManifestRow[],
  firstOrdinal: number,
): Promise<{ listed: number; known: number; items: number; problems: ItemProblem[] }> {
  return db.transaction(async tx => {
    await run.hold(tx)
    const known = await knownSources(
      tx,
      batch.dataset_id,
      rows.map(({ source_uri }) => source_uri),
    )
    const missing = rows.filter(({ source_uri }) => !known.has(source_uri))
    const names = [...new Set(missing.flatMap(({ tags }) => tags))]
    const ids = names.length > 0 ? await tagsNamed(tx, batch.dataset_id, names) : new Map<string, string>()
    const problems = names
      .filter(name => !ids.has(name))
      .map(name => ({
        subject: `tag '${name}'`,
        problem: 'The dataset has as many tags as it may have already.',
      }))
    const items: NewItem[] = []
    for (const { tags, ...row } of missing) {
      const tag_ids = tags.flatMap(tag => ids.get(tag) ?? [])
      for (const item of itemsOfRow({ ...row, tag_ids }, firstOrdinal + items.length)) items.push(item)
    }
    await insertItems(tx, batch, items)
    return { listed: missing.length, known: known.size, items: items.length, problems }
  })
}
