// What is known about the pictures of an upload, from the annotation files that travel with them. A row that cannot be
// read, or names no picture, is a fault; the rest goes in. docs/concepts/annotations.md describes the files.
import type { Brought } from '../../vectors/brought.ts'
import { readCoco } from './coco.ts'
import { collect, type Found } from './collect.ts'
import { findMedia } from './find.ts'
import { readEmbeddingTable, readImageTable } from './image-table.ts'
import { readObjectTable } from './object-table.ts'
import type { TableFile } from './table.ts'

/** Names inside are relative to its folder. */
export type AnnotationFile = TableFile

export type { Box, Found as Annotations, ImageAnnotation, ObjectAnnotation } from './collect.ts'

const readers = {
  'image_annotations.csv': readImageTable,
  'object_annotations.csv': readObjectTable,
  'image_annotations.parquet': readImageTable,
  'object_annotations.parquet': readObjectTable,
  'embeddings.csv': readEmbeddingTable,
  'embeddings.parquet': readEmbeddingTable,
  'annotations.json': readCoco,
}
type Known = keyof typeof readers

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase()

/** By its name, in any folder; `src/cli/sources.ts` sends the same. */
export const isAnnotationFile = (path: string): boolean => Object.hasOwn(readers, baseName(path))

/**
 * Reads the annotation files of an upload, one after the other. `mediaPaths` are the safe relative paths of its
 * pictures; they are the keys of the maps that come back. `brought`: the model of vectors that the dataset was brought before.
 * Rejects only when a file cannot be read from storage.
 */
export async function readAnnotations(
  files: readonly AnnotationFile[],
  mediaPaths: Iterable<string>,
  brought?: Brought,
): Promise<Found> {
  const media = findMedia(mediaPaths)
  const found = collect(brought)
  for (const file of files) {
    const name = baseName(file.path)
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    await readers[name as Known](file, fileName => media.find(folder, fileName), found.at(file.path))
  }
  return found.result()
}
