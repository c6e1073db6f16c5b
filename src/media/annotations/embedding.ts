// A vector that comes with a picture, as a cell: a list of numbers, in CSV as JSON.
import { toUnitLength } from '../../vectors/tile.ts'
import { isVideoName } from '../video/formats.ts'
import type { Cell } from './table.ts'

/** As many as a model behind BELFRY_EMBEDDER_URL may have. */
const maxDims = 4096

export type Embedding = { vector?: Float32Array } | { problem: string }
export type ReadEmbedding = (path: string, cell: Cell | undefined) => Embedding

/**
 * The vectors of a dataset have one length: `dims`, or, where it has none yet, that of the first which is read. Those
 * which are read take at most `maxBytes`.
 */
export function embeddingReader(
  dims: number | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): ReadEmbedding {
  let length = dims
  let bytes = 0
  return (path, cell) => {
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
    length ??= numbers.length
    if (numbers.length !== length)
      return leftOut(
        `The embedding has a length of ${numbers.length}, those of the dataset of ${length}; it was left out.`,
      )
    bytes += 4 * length
    if (bytes > maxBytes)
      return leftOut(
        `The embedding was left out: those of an upload may take ${maxBytes} bytes; list the media in a manifest.`,
      )
    // By the largest first: squares of what a double can be are beyond it.
    return { vector: toUnitLength(Float32Array.from(numbers, number => number / largest)) }
  }
}

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
