// COCO's annotations.json: boxes with categories, captions, or categories of whole pictures. The file is read twice,
// since its lists may stand in any order and the annotations, which may be millions, are not kept.
import type { Box, Collector, Find } from './collect.ts'
import { BrokenJson, elementsOf } from './json.ts'
import { maxRows, type TableFile } from './table.ts'

type Fields = Record<string, unknown>

export async function readCoco(file: TableFile, find: Find, into: Collector): Promise<void> {
  try {
    const images = new Map<string, string | null>()
    const categories = new Map<string, string>()
    let rows = 0
    for await (const { key, index, value } of elementsOf(await file.open(), ['images', 'categories'])) {
      const where = `${key}[${index}]`
      if (++rows > maxRows) throw new BrokenJson(`The file has more than ${maxRows} images and categories.`)
      const fields = asFields(value)
      if (idOf(fields.id) === null) into.fault(where, "It has no 'id'.")
      else if (key === 'categories') categories.set(idOf(fields.id)!, String(fields.name ?? '').trim())
      else {
        const media = find(String(fields.file_name ?? ''))
        images.set(idOf(fields.id)!, 'path' in media ? media.path : null)
        if ('problem' in media) into.fault(where, media.problem)
      }
    }
    if (images.size === 0) into.fault('', "The file has no list 'images'.")

    for await (const { key, index, value } of elementsOf(await file.open(), ['annotations'])) {
      const where = `${key}[${index}]`
      if (index >= maxRows) throw new BrokenJson(`The file has more than ${maxRows} annotations.`)
      const fields = asFields(value)
      const path = images.get(idOf(fields.image_id) ?? '')
      if (path === undefined) into.fault(where, "Its 'image_id' is not among the images.")
      else if (path !== null) annotate(path, where, fields, categories, into)
      // null: the fault of the image was reported
    }
  } catch (error) {
    if (!(error instanceof BrokenJson)) throw error
    into.fault('', error.message)
  }
}

function annotate(
  path: string,
  where: string,
  { bbox, caption, category_id: categoryId }: Fields,
  categories: Map<string, string>,
  into: Collector,
): void {
  if (typeof caption === 'string') into.image(path, where, { caption: caption.trim().toWellFormed() })
  if (categoryId === undefined) {
    if (typeof caption !== 'string') into.fault(where, "It has neither 'category_id' nor 'caption'.")
    return
  }
  const label = categories.get(idOf(categoryId) ?? '')?.toWellFormed()
  if (label === undefined) into.fault(where, "Its 'category_id' is not among the categories.")
  else if (bbox === undefined) into.image(path, where, { labels: [label] })
  else if (Array.isArray(bbox) && bbox.length === 4 && bbox.every(side => typeof side === 'number'))
    into.object(path, where, label, bbox as Box)
  else into.fault(where, "Its 'bbox' is not [x, y, width, height].")
}

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

/** Ids are numbers in the wild and text in some exports. */
const idOf = (id: unknown): string | null =>
  typeof id === 'number' || typeof id === 'string' ? `${id}` : null
