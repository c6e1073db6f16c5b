// What is found out about one chunk of a batch before it is written.
import { TaskFailed } from '../tasks/run.ts'
import { type Embedder, ModelUnavailable, type Picture } from '../vectors/embedder.ts'
import { type ItemKind, type Tile, tilesOf } from '../vectors/tile.ts'
import type { Vectors } from '../vectors/vectors.ts'
import type { Described, ObjectResult, Result } from './items.ts'
import type { Look } from './measure/measuring.ts'

export interface Chunk {
  results: Result[]
  objects: ObjectResult[]
  /** Gives a picture, and what is said about it, to the models that have not seen it; waits while many are with them. */
  see(kind: ItemKind, item: Described, look?: Look): Promise<void>
  /** The vectors of everything that was seen. */
  tiles(): Promise<Tile[]>
}

interface Seen {
  kind: ItemKind
  ordinal: number
  text: string
  vector?: Float32Array
}

export function emptyChunk({ image, text }: Pick<Vectors, 'image' | 'text'>): Chunk {
  const seen: Seen[] = []
  let waiting: { one: Seen; picture: Picture }[] = []

  const embedWaiting = async () => {
    const given = waiting
    waiting = []
    if (given.length === 0 || !image) return
    const vectors = await asked(image.embedImages!(given.map(({ picture }) => picture)))
    for (const [i, { one }] of given.entries()) one.vector = vectors[i]
  }

  return {
    results: [],
    objects: [],
    async see(kind, item, look) {
      const one: Seen = { kind, ordinal: item.ordinal, text: textOf(item) }
      seen.push(one)
      if (!image || !look) return
      if (look instanceof Float32Array) {
        one.vector = look
        return
      }
      waiting.push({ one, picture: look })
      if (waiting.length >= (image.picturesPerCall ?? 1)) await embedWaiting()
    },
    async tiles() {
      await embedWaiting()
      const tiles: Tile[] = []
      for (const [kind, of] of Map.groupBy(seen, ({ kind }) => kind)) {
        if (image)
          tiles.push(
            ...tilesOf(
              image.id,
              kind,
              of.flatMap(({ ordinal, vector }) => (vector ? [{ ordinal, vector }] : [])),
            ),
          )
        if (text) tiles.push(...tilesOf(text.id, kind, await embedSaid(text, of)))
      }
      return tiles
    },
  }
}

async function embedSaid(model: Embedder, seen: Seen[]) {
  const said = seen.filter(({ text }) => text !== '')
  const vectors = await asked(model.embedTexts!(said.map(({ text }) => text)))
  return said.map(({ ordinal }, i) => ({ ordinal, vector: vectors[i]! }))
}

/** The caption as it is, then the labels it does not name. */
function textOf({ caption, labels }: Described): string {
  const inCaption = (label: string) => caption?.toLowerCase().includes(label.toLowerCase())
  const rest = labels.filter(label => !inCaption(label)).join(', ')
  return [caption?.trim(), rest].filter(Boolean).join('. ')
}

/** A model that cannot be reached is no item's fault: the task ends, and a retry goes on from the chunk. */
const asked = async <Vectors>(vectors: Promise<Vectors>): Promise<Vectors> =>
  vectors.catch(error => {
    throw error instanceof ModelUnavailable ? new TaskFailed(error.message) : error
  })
