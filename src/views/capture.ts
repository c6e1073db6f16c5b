// What the filters by meaning and likeness compare with, taken when a view is saved or a search begins. From then on
// neither the anchor nor the model of texts is needed.
import type { Queryable } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import { broughtLikeness, isBrought } from '../vectors/brought.ts'
import { cosineOf, type Embedder, ModelUnavailable, type Scale } from '../vectors/embedder.ts'
import { findAnchor, meaningModel, type Vectors, vectorsOfItem } from '../vectors/vectors.ts'
import { type SimilarityFilter, thresholdDefault, type ViewFilter } from './filter.ts'
import { parseText } from './text.ts'
import { type Placed, vectorFilters } from './vector-filters.ts'

export interface Captured extends Placed {
  model: string
  vector: Float32Array
  /** An item passes from this cosine on. */
  minCosine: number
  /** What makes a score of a cosine. */
  scale: Scale
}

/** Throws `invalidFilter` that names the filter; `modelUnavailable` when a remote model does not answer. */
export async function captureVectors(
  db: Queryable,
  vectors: Vectors,
  datasetId: string,
  filter: ViewFilter,
): Promise<Captured[]> {
  const captured: Captured[] = []
  for (const placed of vectorFilters(filter)) {
    const one = await capture(db, vectors, datasetId, filter, placed)
    if (one) captured.push({ ...placed, ...one })
  }
  return captured
}

type Comparison = Omit<Captured, keyof Placed>

async function capture(
  db: Queryable,
  vectors: Vectors,
  datasetId: string,
  { entity_type, caption, threshold }: ViewFilter,
  { filter, at }: Placed,
): Promise<Comparison | undefined> {
  const model = meaningModel(vectors)
  if (filter === 'caption') {
    if (model) return meaning(model, caption!, threshold)
    parseText(caption!, 'caption') // it is searched by its words
    return undefined
  }
  if ('similarity' in filter) {
    const isOfPictures = entity_type === 'IMAGES'
    return likeness(db, vectors.image, datasetId, filter.similarity, { at, isOfPictures })
  }
  if (!model)
    throw problems.invalidFilter(
      `${at}.op 'semantic' needs a model that reads, and this server has none; use 'fts', or see docs/operate/models.md.`,
    )
  return meaning(model, filter.text.value, filter.text.threshold ?? thresholdDefault)
}

async function meaning(model: Embedder, text: string, relevance: number): Promise<Comparison> {
  const [vector] = await model.embedTexts!([text]).catch(error => {
    throw error instanceof ModelUnavailable ? problems.modelUnavailable(error.message) : error
  })
  const scale = model.relevance!
  return { model: model.id, vector: vector!, minCosine: cosineOf(relevance, scale), scale }
}

async function likeness(
  db: Queryable,
  model: Embedder | undefined,
  datasetId: string,
  { op, value, threshold = thresholdDefault }: SimilarityFilter,
  { at, isOfPictures }: { at: string; isOfPictures: boolean },
): Promise<Comparison> {
  const own = op === 'media' ? await vectorsOfItem(db, datasetId, value) : []
  // Who brings vectors knows better than a model that knows nothing of what is on pictures. Only pictures have them.
  const brought = isOfPictures && own.find(one => isBrought(one.model))
  if (brought)
    return { ...brought, minCosine: cosineOf(1 - threshold, broughtLikeness), scale: broughtLikeness }
  if (!model?.likeness)
    throw problems.invalidFilter(`${at} needs a model that sees, and this server has none.`)
  const vector =
    op === 'media'
      ? own.find(one => one.model === model.id)?.vector
      : await anchor(db, datasetId, value, model)
  if (!vector)
    throw problems.invalidFilter(
      op === 'media'
        ? `${at}.value names no media of this dataset that has a vector of the model ${model.id}.`
        : `${at}.value names no picture that was sent to search-image-similarity of this dataset in the last 30 days; send it again.`,
    )
  const minCosine = cosineOf(1 - threshold, model.likeness)
  return { model: model.id, vector, minCosine, scale: model.likeness }
}

async function anchor(db: Queryable, datasetId: string, id: string, model: Embedder) {
  const found = await findAnchor(db, datasetId, id)
  return found?.model === model.id ? found.vector : undefined
}
