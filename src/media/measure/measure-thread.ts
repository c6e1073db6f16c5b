// A thread that measures pictures. Decoding fills the memory of the thread that asks for it, and collecting that held
// the main thread up for 20 ms each second.
import { answerQuestions } from '../../lib/answering.ts'
import type { Picture } from '../../vectors/embedder.ts'
import { visualEmbedder } from '../../vectors/visual.ts'
import { measureCrops } from './crops.ts'
import { measure, picturesOfThread, Unreadable } from './measure.ts'
import type { Box, Look, Question } from './measuring.ts'

answerQuestions<Question>(
  async ({ input, model, boxes }) => {
    const file = typeof input === 'string' ? input : Buffer.from(input.buffer, input.byteOffset, input.length)
    try {
      return { answer: boxes ? await crops(file, model, boxes) : await seen(await measure(file), model) }
    } catch (error) {
      if (error instanceof Unreadable) return { unreadable: error.message }
      throw error
    }
  },
  { together: picturesOfThread },
)

async function crops(file: string | Buffer, model: string | undefined, boxes: Box[]) {
  const found = []
  for await (const crop of measureCrops(file, boxes)) found.push(await seen(crop, model))
  return found
}

/** The vector in the place of the pixels, when it can be told here. */
async function seen<Measured extends { picture: Picture }>(
  { picture, ...measured }: Measured,
  model: string | undefined,
): Promise<Omit<Measured, 'picture'> & { look: Look }> {
  if (model !== visualEmbedder.id) return { ...measured, look: picture }
  const [vector] = await visualEmbedder.embedImages!([picture])
  return { ...measured, look: vector! }
}
