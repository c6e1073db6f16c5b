// What turns pictures and texts into vectors. Vectors of unlike models are never compared, so a model has one name for
// ever: one that computes anything differently is another model.

/** A decoded picture: rows of `channels` bytes a pixel (3: sRGB; 1: grey), without alpha. */
export interface Picture {
  pixels: Buffer
  width: number
  height: number
  channels: 1 | 3
}

/** Cosines to scores from 0 to 1: `none` and all below is 0, `full` and all above is 1, linear between. */
export interface Scale {
  none: number
  full: number
}

export interface Embedder {
  id: string
  dims: number
  /** Vectors of unit length, in the order of what was given. Throws when it cannot be reached. */
  embedImages?(pictures: Picture[]): Promise<Float32Array[]>
  /** As many as are worth waiting for; the pixels, at most 200 kB each, are held until then. */
  picturesPerCall?: number
  embedTexts?(texts: string[]): Promise<Float32Array[]>
  /** How alike two pictures are. */
  likeness?: Scale
  /** How well a text says what is on a picture (of a model for both), or means what another text means. */
  relevance?: Scale
  close?(): Promise<void>
}

/** The model cannot be asked now. The message is one sentence for the person whose work waits. */
export class ModelUnavailable extends Error {}

export const scoreOf = (cosine: number, { none, full }: Scale): number =>
  Math.min(1, Math.max(0, (cosine - none) / (full - none)))

/** The least cosine of a score of at least `score`. Everything has a score of 0. */
export const cosineOf = (score: number, { none, full }: Scale): number =>
  score <= 0 ? -1 : none + score * (full - none)
