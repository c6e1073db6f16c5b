// A vector that comes with a picture, as a cell: a list of numbers, in CSV as JSON. A cell beside it may name its model.
import { type Brought, type BroughtVector, broughtModel } from '../../vectors/brought.ts'
import { toUnitLength } from '../../vectors/tile.ts'
import { shown } from '../names.ts'
import { isVideoName } from '../video/formats.ts'
import type { Cell } from './table.ts'
import { textOf } from './values.ts'

/** As many as a model behind BELFRY_EMBEDDER_URL may have. */
const maxDims = 4096
const maxNameLength = 100

export interface EmbeddingCells {
  embedding: Cell | undefined
  embedding_model: Cell | undefined
}
export type Embedding = { brought?: BroughtVector } | { problem: string }
export type ReadEmbedding = (path: string, cells: EmbeddingCells) => Embedding

/**
 * The vectors of a dataset are of one model: `kept`, or, where it has none yet, that of the first which is read. Those
 * which are read take at most `maxBytes`.
 */
export function embeddingReader(
  kept: Brought | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): ReadEmbedding {
  let model = kept
  let bytes = 0
  return (path, { embedding: cell, embedding_model: nameCell }) => {
    if (cell === undefined) return {}
    if (isVideoName(path))
      return leftOut('The embedding of a video was left out: what is compared are its frames.')
    const numbers = numbersOf(cell)
    if (!numbers) return leftOut('The embedding is no list of numbers and was left out; write [0.25, -1].')
    if (numbers.length > maxDims)
      return leftOut(
        `The embedding has ${numbers.length} numbers and was left out; at most ${maxDims} are kept.`,
      )
    const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0)
    if (largest === 0) return leftOut('The embedding has no direction, for all of it is 0, and was left out.')
    const name = textOf(nameCell).trim() || null
    if (name !== null && (name.length > maxNameLength || /\p{Cc}/u.test(name)))
      return leftOut(
        `The embedding_model is no name of at most ${maxNameLength} plain characters; the embedding was left out.`,
      )
    model ??= { name, dims: numbers.length }
    if (name !== model.name)
      return leftOut(
        `The embedding is of ${called(name)}, those of the dataset are of ${called(model.name)}; it was left out.`,
      )
    if (numbers.length !== model.dims)
      return leftOut(
        `The embedding has a length of ${numbers.length}, those of the dataset of ${model.dims}; it was left out.`,
      )
    bytes += 4 * model.dims
    if (bytes > maxBytes)
      return leftOut(
        `The embedding was left out: those of an upload may take ${maxBytes} bytes; list the media in a manifest.`,
      )
    // By the largest first: squares of what a double can be are beyond it.
    const vector = toUnitLength(Float32Array.from(numbers, number => number / largest))
    return { brought: { model: broughtModel(model), vector } }
  }
}

const called = (name: string | null) =>
  name === null ? 'a model without a name' : `the model '${shown(name)}'`

const leftOut = (problem: string) => ({ problem })

function numbersOf(cell: Cell): number[] | undefined {
  const list = typeof cell === 'string' ? parsed(cell) : cell
  const isNumbers = Array.isArray(list) && list.length > 0 && list.every(Number.isFinite)
  return isNumbers ? (list as number[]) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
