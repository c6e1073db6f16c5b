// Which rows a batch becomes: a pure rule, but for the ids.
import { randomUUID } from 'node:crypto'
import type { Annotations, ObjectAnnotation } from './annotations/annotations.ts'
import type { Candidate } from './gather.ts'
import type { NewItem } from './items.ts'
import { isVideoName } from './video/formats.ts'

/** Pictures and objects share one numbering from 0: each picture, then what is on it. */
export function planItems(candidates: Candidate[], { image, objects }: Annotations): NewItem[] {
  const items: NewItem[] = []
  for (const candidate of candidates) {
    const known = image.get(candidate.path)
    const on = objects.get(candidate.path) ?? []
    const picture: NewItem = {
      ...nothing,
      ...placeOf(candidate.path),
      id: randomUUID(),
      ordinal: items.length,
      kind: kindOf(candidate.path),
      storage_key: candidate.storage_key,
      source_uri: candidate.source_uri,
      bytes: candidate.bytes,
      labels: [...new Set([...(known?.labels ?? []), ...on.map(({ label }) => label)])],
      caption: known?.caption ?? null,
      metadata: known?.metadata ?? {},
      brought: known?.brought,
    }
    items.push(picture)
    for (const object of on) items.push(objectOn(picture, object, items.length))
  }
  return items
}

type Row = Pick<NewItem, 'source_uri' | 'labels' | 'caption' | 'tag_ids' | 'metadata' | 'brought'> & {
  path: string
  objects: ObjectAnnotation[]
}

/** A row of a manifest: its picture or video, then what is on it. */
export function itemsOfRow({ path, objects, ...known }: Row, ordinal: number): NewItem[] {
  const labels = [...new Set([...known.labels, ...objects.map(({ label }) => label)])]
  const place = placeOf(path)
  const picture: NewItem = {
    ...nothing,
    ...place,
    ...known,
    labels,
    id: randomUUID(),
    ordinal,
    kind: kindOf(path),
  }
  return [picture, ...objects.map((object, i) => objectOn(picture, object, ordinal + 1 + i))]
}

const kindOf = (path: string): NewItem['kind'] => (isVideoName(path) ? 'VIDEO' : 'IMAGE')

const objectOn = (picture: NewItem, { label, box }: ObjectAnnotation, ordinal: number): NewItem => ({
  ...nothing,
  id: randomUUID(),
  ordinal,
  kind: 'OBJECT',
  parent_id: picture.id,
  file_name: picture.file_name,
  folder: picture.folder,
  bounding_box: box,
  width: pixels(box[2]),
  height: pixels(box[3]),
  labels: [label],
})

/** A box may claim anything; the column holds 32 bits. */
const pixels = (length: number): number => Math.min(Math.round(length), 2 ** 31 - 1)

const nothing = {
  parent_id: null,
  bounding_box: null,
  width: null,
  height: null,
  storage_key: null,
  source_uri: null,
  bytes: null,
  labels: [],
  caption: null,
  tag_ids: [],
  metadata: {},
}

function placeOf(path: string): { folder: string; file_name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(slash, 0)), file_name: path.slice(slash + 1) }
}
