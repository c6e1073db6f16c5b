// Vectors that people bring with their media, of a model that only they have. It has one name within a dataset; nothing
// else can be turned into such a vector, so only media that brought one are compared with one another.
import type { Scale } from './embedder.ts'

export const broughtPrefix = 'client:'

export const broughtModel = (dims: number): string => `${broughtPrefix}${dims}`

export const isBrought = (model: string): boolean => model.startsWith(broughtPrefix)

/** Nothing is known about the model: its cosines are taken as they are. */
export const broughtLikeness: Scale = { none: 0, full: 1 }
