// What media look like and say, as vectors: which models there are, and the search. Other slices use vectors through
// this file.
import type { Config } from '../config.ts'
import type { EmbeddingConfig } from '../datasets/datasets.ts'
import type { Queryable } from '../db/database.ts'
import { broughtModel } from './brought.ts'
import { clipEmbedder } from './clip.ts'
import type { Embedder } from './embedder.ts'
import { minilmEmbedder } from './minilm.ts'
import { remoteEmbedder } from './remote.ts'
import { startSearch, type VectorSearch } from './search.ts'
import { broughtTo } from './store.ts'
import { visualEmbedder } from './visual.ts'

export {
  broughtTo,
  findAnchor,
  insertAnchor,
  type TileKey,
  tilesOfBatches,
  tilesOfDataset,
  vectorsOfItem,
  writeTiles,
} from './store.ts'

export interface Vectors {
  image?: Embedder
  /** For the captions and labels of items; absent where the image model understands texts itself. */
  text?: Embedder
  search: VectorSearch
  close(): Promise<void>
}

/** The model whose vectors a sentence is compared with: of pictures, or of their captions and labels. */
export const meaningModel = ({ image, text }: Vectors): Embedder | undefined =>
  image?.embedTexts ? image : text

/** Throws a `ConfigError` when a model that is configured is not there. `tell` hears of what takes long. */
export async function createVectors(
  config: Pick<Config, 'vectorCacheMb' | 'embedder' | 'clip' | 'textModel'>,
  tell: (sentence: string) => void,
): Promise<Vectors> {
  const own = config.clip
    ? await clipEmbedder(config.clip, { tell })
    : config.embedder
      ? remoteEmbedder(config.embedder)
      : undefined
  const image = own?.embedImages ? own : visualEmbedder
  const reader = own?.embedTexts ? own : config.textModel === 'minilm' ? minilmEmbedder() : undefined
  const text = image.embedTexts ? undefined : reader
  const search = startSearch(config.vectorCacheMb * 2 ** 20)
  return {
    image,
    text,
    search,
    async close() {
      await Promise.all([search.close(), image.close?.(), text?.close?.()])
    },
  }
}

/** Whether the models are those that indexed the dataset last, as far as that is known. */
export function isIndexedBy(
  vectors: Vectors,
  dataset: { embedding_config: EmbeddingConfig | null } | undefined,
): boolean {
  const { image, text } = dataset?.embedding_config ?? {}
  const isSame = (kept: typeof image, model: Embedder | undefined) =>
    kept === undefined || kept?.model === model?.id
  return isSame(image, vectors.image) && isSame(text, meaningModel(vectors))
}

/** What a dataset remembers of the models it was indexed with. */
export async function embeddingConfig(
  db: Queryable,
  vectors: Vectors,
  datasetId: string,
): Promise<EmbeddingConfig> {
  const named = (embedder: Embedder | undefined) =>
    embedder ? { model: embedder.id, dims: embedder.dims } : null
  const brought = await broughtTo(db, datasetId)
  return {
    image: named(vectors.image),
    text: named(meaningModel(vectors)),
    client: brought ? { model: broughtModel(brought), dims: brought.dims } : null,
  }
}
