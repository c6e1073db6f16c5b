// What to add: folders with all that is in them, single files, one archive, or what is in a bucket.
import { openAsBlob } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { MediaSource, UploadFile } from '@belfry/client'
import { WrongUse } from './failure.ts'
import { count } from './output.ts'

const media = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf]|mp4|m4v|mov|mkv|webm|avi)$/i
const annotations = /^((image_annotations|object_annotations|embeddings)\.(csv|parquet)|annotations\.json)$/
const archive = /\.(zip|tar|tar\.gz|tgz)$/i
/** The server's default limit of one upload; better said before the upload than after. */
const maxBatchBytes = 4 * 2 ** 30

export interface Sources {
  source: MediaSource
  files: number
  totalBytes: number
  /** Files in the folders which are neither pictures nor annotations. */
  skipped: number
}

/** Throws WrongUse when there is nothing to send, or too much. */
export async function gatherSources(paths: string[]): Promise<Sources> {
  const [uri] = paths
  if (uri?.startsWith('s3://')) {
    if (paths.length > 1) throw new WrongUse('One bucket is added at a time; leave the other paths out.')
    return { source: { s3Uri: uri }, files: 0, totalBytes: 0, skipped: 0 }
  }
  const found: UploadFile[] = []
  let skipped = 0
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      found.push({ name: basename(path), data: await openAsBlob(path) })
      continue
    }
    const files = await filesIn(path)
    const wanted = files.filter(file => media.test(file) || annotations.test(basename(file)))
    skipped += files.length - wanted.length
    // Several folders keep their own names, so that equal names in them stay apart.
    const prefix = paths.length > 1 ? basename(path) : ''
    for (const file of wanted)
      found.push({
        name: join(prefix, relative(path, file)).replaceAll(sep, '/'),
        data: await openAsBlob(file),
      })
  }
  const totalBytes = found.reduce((sum, { data }) => sum + data.size, 0)
  if (found.length === 0) throw new WrongUse(`There is no picture in ${paths.join(', ')}.`)
  if (totalBytes > maxBatchBytes)
    throw new WrongUse(
      `${count(found.length, 'file')} have ${(totalBytes / 2 ** 30).toFixed(1)} GiB; one batch takes 4 GiB. Add the folders inside one by one.`,
    )
  const [first] = found
  const isArchive = found.length === 1 && archive.test(first!.name)
  if (!isArchive && found.some(({ name }) => archive.test(name)))
    throw new WrongUse('An archive is added alone; leave the other files out.')
  return {
    source: isArchive ? { archive: first! } : { files: found },
    files: found.length,
    totalBytes,
    skipped,
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}
