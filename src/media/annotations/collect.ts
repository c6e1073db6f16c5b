// Gathers what the readers of the annotation files find, within bounds.

import type { Brought, BroughtVector } from '../../vectors/brought.ts'
import { collectFaults, type Fault } from '../archive/faults.ts'
import { isVideoName } from '../video/formats.ts'
import { type EmbeddingCells, embeddingReader } from './embedding.ts'

/** Pixels of the picture, from its upper left corner: x, y, width, height. */
export type Box = [number, number, number, number]
export interface ObjectAnnotation {
  label: string
  box: Box
}
export interface ImageAnnotation {
  labels: string[]
  /** Several captions are one per line. */
  caption: string | null
  /** Numbers, instants in UTC (`2026-03-31T17:02:12.000000`) and other text. */
  metadata: Record<string, string | number>
  /** A vector that came with the picture. */
  brought?: BroughtVector
}

/** The keys are paths of pictures. */
export interface Found {
  image: Map<string, ImageAnnotation>
  objects: Map<string, ObjectAnnotation[]>
  problems: Fault[]
}

export interface Collector {
  image(
    path: string,
    where: string,
    more: Partial<Omit<ImageAnnotation, 'brought'>> & Partial<EmbeddingCells>,
  ): void
  object(path: string, where: string, label: string, box: Box): void
  /** `where` is `line 7`, or '' for the whole file. */
  fault(where: string, problem: string): void
}

/** Finds the picture that a row names: its path, or a sentence. */
export type Find = (fileName: string) => { path: string } | { problem: string }

/** Far beyond what people write, and small enough for an index row. */
const maxLabelLength = 200
const maxLabels = 1000
const maxCaptionLength = 10_000
/** More than people draw on one picture. */
export const maxObjects = 10_000
/** They are in memory until the items are rows: 32,000 of 512 numbers. */
const maxEmbeddingBytes = 64 * 2 ** 20

/** `brought`: the model of the vectors which the dataset was brought before. */
export function collect(brought?: Brought) {
  const readEmbedding = embeddingReader(brought, maxEmbeddingBytes)
  const image = new Map<string, ImageAnnotation>()
  const objects = new Map<string, ObjectAnnotation[]>()
  const faults = collectFaults('annotations')

  const at = (file: string): Collector => {
    const fault = (where: string, problem: string) => faults.add(where ? `${file} ${where}` : file, problem)
    return {
      fault,
      image(path, where, { labels = [], caption = null, metadata = {}, embedding, embedding_model }) {
        const known: ImageAnnotation = image.get(path) ?? { labels: [], caption: null, metadata: {} }
        const problem = imageProblem({ labels, caption })
        if (problem) return fault(where, problem)
        const together = [...new Set([...known.labels, ...labels])]
        const captions = [
          ...new Set([...(known.caption?.split('\n') ?? []), ...(caption?.split('\n') ?? [])]),
        ]
        const joined = captions.join('\n')
        const excess = imageProblem({ labels: together, caption: joined })
        if (excess) return fault(where, excess)
        const read = known.brought ? known : readEmbedding(path, { embedding, embedding_model })
        if ('problem' in read) fault(where, read.problem)
        image.set(path, {
          labels: together,
          caption: joined || null,
          metadata: { ...known.metadata, ...metadata },
          ...('brought' in read && { brought: read.brought }),
        })
      },
      object(path, where, label, box) {
        const problem = textProblem([label], null) ?? boxProblem(box) ?? onVideo(path)
        if (problem) return fault(where, problem)
        const known = objects.get(path) ?? []
        if (known.length >= maxObjects) return fault(where, `A picture has at most ${maxObjects} objects.`)
        known.push({ label, box })
        objects.set(path, known)
      },
    }
  }
  return { at, result: (): Found => ({ image, objects, problems: faults.list() }) }
}

/** What is wrong with the labels and the caption of one picture, if anything is. */
export function imageProblem({
  labels,
  caption,
}: Pick<ImageAnnotation, 'labels' | 'caption'>): string | undefined {
  if (labels.length > maxLabels) return `A picture has at most ${maxLabels} labels.`
  if ((caption?.length ?? 0) > maxCaptionLength)
    return `The captions of a picture have at most ${maxCaptionLength} characters.`
  return textProblem(labels, caption)
}

export function textProblem(labels: string[], caption: string | null): string | undefined {
  if (labels.some(label => label === '')) return 'The label is empty.'
  if (labels.some(label => label.length > maxLabelLength))
    return `The label is longer than ${maxLabelLength} characters.`
  // PostgreSQL's text cannot hold it.
  if ([...labels, caption ?? ''].some(text => text.includes('\0'))) return 'The row holds a NUL character.'
}

export const objectsOnVideo = 'The objects on a video were left out: what they are on is a frame.'
const onVideo = (path: string) => (isVideoName(path) ? objectsOnVideo : undefined)

export function boxProblem([x, y, width, height]: Box): string | undefined {
  if (![x, y, width, height].every(Number.isFinite)) return 'The box has a value that is no number.'
  if (x < 0 || y < 0) return `The box begins outside the picture, at ${x}, ${y}.`
  if (width <= 0 || height <= 0) return `The box is empty: ${width} × ${height}.`
}
