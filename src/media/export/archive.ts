// An export as it is downloaded: a ZIP that is made while it is sent, so that nothing waits on a disk or in memory.
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Database } from '../../db/database.ts'
import type { Storage } from '../storage.ts'
import { type ExportedItem, mediaItem, pathOf } from './document.ts'
import { type Export, exportedItems } from './store.ts'

/** Documented. */
export const maxImages = 5_000
const schemaVersion = '1.1'

export async function exportArchive(db: Database, storage: Storage, asked: Export): Promise<Readable> {
  const zip = new ZipFile()
  const failed = (error: Error) => (zip.outputStream as Readable).destroy(error)
  zip.on('error', failed)
  const document = Readable.from(pieces(db, asked), { objectMode: false })
  document.on('error', failed)
  zip.addReadStream(document, 'metadata.json')
  if (asked.include_images) await addImages(zip, db, storage, asked.dataset_id)
  zip.end()
  return zip.outputStream as Readable
}

async function* pieces(db: Database, asked: Export): AsyncGenerator<string> {
  const info = {
    schema_version: schemaVersion,
    dataset: asked.dataset_name,
    description: `Exported from ${asked.dataset_name} at Belfry`,
    dataset_url: `/api/v1/dataset/${asked.dataset_id}`,
    export_time: asked.created_at,
    dataset_creation_time: asked.dataset_created_at,
    exported_by: asked.exported_by,
    total_media_items: asked.entities_count,
  }
  yield `{"info": ${JSON.stringify(info)}, "media_items": [`
  let separator = '\n'
  for await (const item of exportedItems(db, asked.dataset_id)) {
    yield `${separator}${JSON.stringify(mediaItem(item))}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

async function addImages(zip: ZipFile, db: Database, storage: Storage, datasetId: string): Promise<void> {
  const taken = new Set<string>()
  for await (const item of exportedItems(db, datasetId)) {
    if (taken.size >= maxImages) return
    if (item.storage_key === null) continue
    const name = freeName(item, taken)
    zip.addReadStreamLazy(name, { compress: false }, done => {
      storage.open(item.storage_key!).then(
        stream => done(null, stream),
        error => done(error, null as never),
      )
    })
  }
}

/** Batches may hold files of the same name. */
function freeName(item: ExportedItem, taken: Set<string>): string {
  const path = `images/${pathOf(item)}`
  const name = taken.has(path) ? `images/${item.id}/${pathOf(item)}` : path
  taken.add(name)
  return name
}
