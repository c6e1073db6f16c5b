// A model behind HTTP that sees the mean colour of a picture, and reads the names of colours.
import { createServer } from 'node:http'
import sharp from 'sharp'
import { listen } from './listen.ts'

const colours: Record<string, number[]> = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] }
const grey = [1, 1, 1]

interface Asked {
  pictures: number
  texts: number
}

export async function startColourModel() {
  const model = {
    asked: { pictures: 0, texts: 0 },
    /** A test says which requests are answered 400. */
    refuses: (_request: Asked): boolean => false,
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { input, modality } = JSON.parse(Buffer.concat(chunks).toString()) as Body
    const ofPictures = modality === 'image'
    const asked = { pictures: ofPictures ? input.length : 0, texts: ofPictures ? 0 : input.length }
    if (model.refuses(asked)) return response.writeHead(400).end()
    model.asked.pictures += asked.pictures
    model.asked.texts += asked.texts
    const see = async (one: string) => (ofPictures ? await meanColour(one) : (colours[one] ?? grey))
    const data = await Promise.all(input.map(async (one, index) => ({ index, embedding: await see(one) })))
    return response.end(JSON.stringify({ data }))
  })
  const env = {
    BELFRY_EMBEDDER_URL: `http://127.0.0.1:${await listen(server)}/embeddings`,
    BELFRY_EMBEDDER_MODEL: 'mean-colour',
    BELFRY_EMBEDDER_DIMS: '3',
    BELFRY_EMBEDDER_RELEVANCE: '0.5,1',
  }
  return Object.assign(model, { env })
}

interface Body {
  input: string[]
  modality: string
}

async function meanColour(url: string): Promise<number[]> {
  const { channels } = await sharp(Buffer.from(url.split('base64,')[1]!, 'base64')).stats()
  return channels.slice(0, 3).map(({ mean }) => mean + 1)
}
