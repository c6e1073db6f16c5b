// A model behind an HTTP endpoint, for people with a GPU elsewhere: `POST <url>` in the form that embedding servers share
// (`{model, input, modality, encoding_format}` to `{data: [{index, embedding}]}`); pictures go as JPEG data URLs.
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import type { RemoteModel } from '../config.ts'
import { inParallel } from '../lib/parallel.ts'
import { type Embedder, ModelUnavailable, type Picture } from './embedder.ts'
import { toUnitLength } from './tile.ts'

/** One request; servers take at least as many. 32 pictures are about a megabyte. */
const inputsPerRequest = 32
/** One is computed while the next is on its way. */
const requestsAtOnce = 2
const timeoutMs = 60_000
/** Waits before the second, third and fourth attempt: a server that restarts is back by then. */
const retryAfterMs = [500, 2_000, 8_000]
/** A number takes up to 25 characters as JSON. */
const maxAnswerBytes = (dims: number) => inputsPerRequest * dims * 32 + 64 * 2 ** 10

export function remoteEmbedder(remote: RemoteModel, waits = retryAfterMs): Embedder {
  const embed = async (inputs: string[], modality: 'image' | 'text'): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = []
    const starts = Array.from(
      { length: Math.ceil(inputs.length / inputsPerRequest) },
      (_, i) => i * inputsPerRequest,
    )
    await inParallel(requestsAtOnce, starts, async start => {
      const some = inputs.slice(start, start + inputsPerRequest)
      for (const [i, vector] of (await ask(remote, waits, some, modality)).entries())
        vectors[start + i] = vector
    })
    return vectors
  }
  return {
    id: remote.model,
    dims: remote.dims,
    ...(remote.inputs !== 'texts' && {
      likeness: remote.likeness,
      picturesPerCall: inputsPerRequest * requestsAtOnce,
      embedImages: async (pictures: Picture[]) => embed(await Promise.all(pictures.map(asDataUrl)), 'image'),
    }),
    ...(remote.inputs !== 'images' && {
      relevance: remote.relevance,
      embedTexts: (texts: string[]) => embed(texts, 'text'),
    }),
  }
}

async function asDataUrl({ pixels, width, height, channels }: Picture): Promise<string> {
  const jpeg = await sharp(pixels, { raw: { width, height, channels } }).jpeg({ quality: 90 }).toBuffer()
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`
}

async function ask(
  remote: RemoteModel,
  waits: number[],
  input: string[],
  modality: string,
): Promise<Float32Array[]> {
  for (let attempt = 0; ; attempt++) {
    const answer = await askOnce(remote, input, modality)
    if ('vectors' in answer) return answer.vectors
    const waitMs = waits[attempt]
    if (!answer.again || waitMs === undefined)
      throw new ModelUnavailable(
        `The embedder at ${remote.url} ${answer.fault}. Try again when it is mended.`,
      )
    await sleep(waitMs)
  }
}

type Answer = { vectors: Float32Array[] } | { fault: string; again: boolean }

async function askOnce(
  { url, model, dims, token }: RemoteModel,
  input: string[],
  modality: string,
): Promise<Answer> {
  let text: string
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ model, input, modality, encoding_format: 'float' }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = await readAtMost(response, maxAnswerBytes(dims))
    if (!response.ok)
      return {
        fault: `answered ${response.status}`,
        again: response.status >= 500 || response.status === 429,
      }
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } }
    return { fault: `did not answer: ${cause?.code ?? message}`, again: true }
  }
  return readVectors(text, input.length, dims)
}

async function readAtMost(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`its answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Whatever is not exactly one vector for each input is a fault of the configuration, which no retry mends. */
function readVectors(text: string, count: number, dims: number): Answer {
  const wrong = (what: string): Answer => ({ fault: `answered ${what}`, again: false })
  let data: { index?: number; embedding?: number[] }[]
  try {
    data = JSON.parse(text).data
  } catch {
    return wrong('what is no JSON')
  }
  if (!Array.isArray(data) || data.length !== count)
    return wrong(`without a vector for each of ${count} inputs`)
  const vectors: Float32Array[] = []
  for (const [i, { index = i, embedding }] of data.entries()) {
    if (!Array.isArray(embedding) || embedding.length !== dims)
      return wrong(`vectors of ${embedding?.length} numbers; BELFRY_EMBEDDER_DIMS says ${dims}`)
    try {
      vectors[index] = toUnitLength(Float32Array.from(embedding))
    } catch {
      return wrong('a vector without direction')
    }
  }
  return vectors.filter(Boolean).length === count ? { vectors } : wrong('the same vector twice')
}
