// A manifest: one row is one media file of the bucket, with what is known about it. Rows go by as they are read.
import {
  type Collector,
  type ImageAnnotation,
  imageProblem,
  type ObjectAnnotation,
  objectsOnVideo,
} from '../annotations/collect.ts'
import { readLines } from '../annotations/csv.ts'
import type { ReadEmbedding } from '../annotations/embedding.ts'
import { objectsOf } from '../annotations/objects.ts'
import { readTable } from '../annotations/read-table.ts'
import type { OnRow, TableFile } from '../annotations/table.ts'
import { labelsOf, textOf, typed } from '../annotations/values.ts'
import { safePath, shown } from '../names.ts'
import { type ObjectPlace, readS3Uri, s3Uri } from '../s3/uri.ts'
import { isVideoName } from '../video/formats.ts'
import { seenTexts } from './seen.ts'

export interface ManifestRow extends ImageAnnotation {
  /** A safe relative path. */
  path: string
  source_uri: string
  /** Names of tags. */
  tags: string[]
  /** What is marked on it. */
  objects: ObjectAnnotation[]
}

const maxTagLength = 200
const known = ['filename', 'label', 'caption', 'tags', 'embedding', 'embedding_model', 'objects']
const aliases = {
  file: 'filename',
  file_name: 'filename',
  path: 'filename',
  uri: 'filename',
  s3_uri: 'filename',
  media_uri: 'filename',
  labels: 'label',
  tag: 'tags',
  embeddings: 'embedding',
}

/** Calls `onRow` for every row that names a file, in order, and waits for it. */
export async function readManifest(
  file: TableFile,
  at: ObjectPlace,
  { fault, readEmbedding }: Pick<Collector, 'fault'> & { readEmbedding: ReadEmbedding },
  onRow: (row: ManifestRow, where: string) => Promise<void>,
): Promise<void> {
  const seen = seenTexts()
  const folder = at.key.slice(0, at.key.lastIndexOf('/') + 1)

  const take: OnRow = ({ where, cells }) => {
    const named = placeOf(textOf(cells.get('filename')), at.bucket, folder)
    if (typeof named === 'string') return fault(where, named)
    if (!seen.add(named.source_uri))
      return fault(where, `${shown(named.path)} was listed before; only the first row counts.`)
    const labels = labelsOf(cells.get('label'))
    const tags = labelsOf(cells.get('tags'))
    if (labels === null || tags === null)
      return fault(where, 'The list of labels or tags cannot be read; write ["one", "two"].')
    const problem = imageProblem({ labels, caption: textOf(cells.get('caption')) }) ?? tagProblem(tags)
    if (problem) return fault(where, problem)
    const read = readEmbedding(named.path, {
      embedding: cells.get('embedding'),
      embedding_model: cells.get('embedding_model'),
    })
    if ('problem' in read) fault(where, read.problem)
    const { objects, problems } = isVideoName(named.path)
      ? noObjects(cells.has('objects'))
      : objectsOf(cells.get('objects'))
    for (const problem of problems) fault(where, problem)
    const further = [...cells].filter(([column]) => !known.includes(column))
    return onRow(
      {
        ...named,
        labels,
        tags,
        objects,
        caption: textOf(cells.get('caption')) || null,
        metadata: Object.fromEntries(further.map(([column, cell]) => [column, typed(cell)])),
        ...('brought' in read && { brought: read.brought }),
      },
      where,
    )
  }
  if (/\.txt$/i.test(at.key)) await readLines(file, 'filename', { fault }, take)
  else await readTable(file, { known, required: ['filename'], aliases }, { fault }, take)
}

const noObjects = (asked: boolean): ReturnType<typeof objectsOf> => ({
  objects: [],
  problems: asked ? [objectsOnVideo] : [],
})

function tagProblem(tags: string[]): string | undefined {
  if (tags.some(tag => tag.trim() === '' || tag.length > maxTagLength))
    return `A tag has 1 to ${maxTagLength} characters.`
}

/** A relative path means an object below the manifest's folder. */
function placeOf(
  written: string,
  bucket: string,
  folder: string,
): { path: string; source_uri: string } | string {
  if (written === '') return 'The row names no file.'
  const place = written.startsWith('s3://') ? readS3Uri(written) : undefined
  if (written.startsWith('s3://') && !place)
    return `'${shown(written)}' is no URI of an object; write s3://bucket/key.`
  const inside = place?.bucket === bucket && place.key.startsWith(folder)
  const name = safePath(place ? (inside ? place.key.slice(folder.length) : place.key) : written)
  if (typeof name === 'string') return name
  // As it is written: the store takes two spellings of an accent for two keys.
  const key = place?.key ?? `${folder}${written.replace(/^(\.\/)+/, '')}`
  return { path: name.path, source_uri: s3Uri({ bucket: place?.bucket ?? bucket, key }) }
}
