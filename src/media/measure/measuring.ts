// The near end of measure-thread.ts.
import { startThread } from '../../lib/thread.ts'
import type { Picture } from '../../vectors/embedder.ts'
import { visualEmbedder } from '../../vectors/visual.ts'
import { measureAhead } from './ahead.ts'
import type { Issues } from './issues.ts'
import { type Measured, measuringThreads, Unreadable } from './measure.ts'

/** What a model has to see, or what it saw. */
export type Look = Picture | Float32Array

export interface Box {
  ordinal: number
  /** x, y, width, height in pixels of the picture, as a person sees it. */
  bounding_box: [number, number, number, number]
}
type Seen = Omit<Measured, 'picture'> & { look: Look }
type Crop = Issues & { object: Box; thumbnail: Uint8Array; look: Look }

export interface Question {
  /** A path, or the bytes. */
  input: string | Uint8Array
  /** The id of the model that is to see it. */
  model: string | undefined
  /** Measures what is within these, and not the picture. */
  boxes?: Box[]
}

export interface Measuring {
  /** Begins with a file that will be asked for soon. */
  ahead(path: string, model: string | undefined): void
  /** Throws Unreadable. */
  picture(input: string | Uint8Array, model: string | undefined): Promise<Seen>
  /** Boxes with no pixel of the picture in them are left out. Throws Unreadable. */
  boxes(input: string | Uint8Array, model: string | undefined, boxes: Box[]): Promise<Crop[]>
  close(): Promise<void>
}

export function startMeasuring(): Measuring {
  const threads = Array.from({ length: measuringThreads }, () => ({
    ...startThread(import.meta.url, 'measure-thread'),
    waiting: 0,
  }))
  async function ask<Answer>(question: Question): Promise<Answer> {
    const thread = threads.reduce((least, one) => (one.waiting < least.waiting ? one : least))
    thread.waiting++
    const reply = await thread
      .ask<{ answer: Answer } | { unreadable: string }>(question)
      .finally(() => thread.waiting--)
    if ('unreadable' in reply) throw new Unreadable(reply.unreadable)
    return reply.answer
  }
  // Only vectors are held, and no pixels for a model that is elsewhere.
  const { begin, take, stop } = measureAhead<Seen>(
    path => ask({ input: path, model: visualEmbedder.id }),
    Math.max(1, measuringThreads - 1), // a core is left to what still arrives
  )
  return {
    ahead(path, model) {
      if (model === visualEmbedder.id) begin(path)
    },
    async picture(input, model) {
      const seen = model === visualEmbedder.id && typeof input === 'string' ? await take(input) : undefined
      return seen ?? ask({ input, model })
    },
    boxes: (input, model, boxes) => ask({ input, model, boxes }),
    async close() {
      stop()
      await Promise.all(threads.map(thread => thread.close()))
    },
  }
}
