// How well the items of a batch pass the filters that a saved view compares by vectors.
import type { Queryable } from '../db/database.ts'
import { broughtLikeness, isBrought } from '../vectors/brought.ts'
import { type Scale, scoreOf } from '../vectors/embedder.ts'
import { tilesOfBatches, type Vectors } from '../vectors/vectors.ts'
import { type Scored, scoresOf } from './resolve.ts'
import { readViewVectors } from './saved-vectors.ts'

/** Nothing when the view was deleted, or its model is not here any more. */
export async function savedScores(
  db: Queryable,
  vectors: Vectors,
  viewId: string,
  batchId: string,
): Promise<ReturnType<typeof scoresOf>> {
  const found = new Map<number, Scored[]>()
  for (const { position, model, vector, min_cosine } of (await readViewVectors(db, [viewId])).get(viewId) ??
    []) {
    const scale = scaleOf(vectors, model)
    if (!scale) continue
    const tiles = await tilesOfBatches(db, [batchId], model)
    const hits = await vectors.search.search(db, tiles, { vector, minCosine: min_cosine }, Infinity)
    found.set(
      position,
      hits!.map(hit => ({ ...hit, score: scoreOf(hit.cosine, scale) })),
    )
  }
  return scoresOf(found)
}

/** Of a model that both sees and reads, the scale of meaning cannot be told from that of likeness: none is shown. */
function scaleOf({ image, text }: Vectors, model: string): Scale | undefined {
  if (isBrought(model)) return broughtLikeness
  if (text?.id === model) return text.relevance
  return image?.id === model && !image.embedTexts ? image.likeness : undefined
}
