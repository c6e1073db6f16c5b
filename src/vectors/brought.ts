// Vectors that people bring with their media, of a model that only they have. A dataset has one such model; nothing else can
// be turned into such a vector, so only media that brought one are compared with one another.
import type { Scale } from './embedder.ts'

export interface Brought {
  /** As whoever brings them calls their model; null: they do not say. */
  name: string | null
  dims: number
}
export interface BroughtVector {
  model: string
  /** Of unit length. */
  vector: Float32Array
}

export const broughtPrefix = 'client:'
/** As it is kept beside each vector. Without a name, models of one length cannot be told apart. */
export const broughtModel = ({ name, dims }: Brought): string =>
  `${broughtPrefix}${dims}${name === null ? '' : `:${name}`}`
export const isBrought = (model: string): boolean => model.startsWith(broughtPrefix)

export function readBrought(model: string): Brought {
  const [, dims, name] = /^client:(\d+)(?::(.*))?$/s.exec(model)!
  return { name: name ?? null, dims: Number(dims) }
}

/** Nothing is known about the model: its cosines are taken as they are. */
export const broughtLikeness: Scale = { none: 0, full: 1 }
