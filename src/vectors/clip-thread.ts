// The thread that runs a CLIP model: tens of milliseconds a picture. The package is optional, so its types are not here
// to be imported; what is used of it stands below.
import { workerData } from 'node:worker_threads'
import { answerQuestions } from '../lib/answering.ts'
import type { Picture } from './embedder.ts'

interface Transformers {
  env: { allowRemoteModels: boolean; allowLocalModels: boolean; remoteHost: string; cacheDir: string }
  AutoTokenizer: Loaded<(texts: string[], options: object) => Promise<object> | object>
  AutoProcessor: Loaded<(images: object[]) => Promise<object>>
  CLIPTextModelWithProjection: Loaded<(inputs: object) => Promise<{ text_embeds: Tensor }>>
  CLIPVisionModelWithProjection: Loaded<(inputs: object) => Promise<{ image_embeds: Tensor }>>
  RawImage: new (
    pixels: Uint8ClampedArray,
    width: number,
    height: number,
    channels: number,
  ) => {
    rgb(): object
  }
}
interface Loaded<Model> {
  from_pretrained(name: string, options?: object): Promise<Model>
}
interface Tensor {
  data: Float32Array
}
export type Question =
  | { is: 'texts'; inputs: string[] }
  | { is: 'pictures'; inputs: Picture[] }
  | { is: 'there' } // only that it can be loaded

/** `model` is a folder; or, with a hub to download it from into a folder of models, the name that it has there. */
export interface ClipFiles {
  model: string
  dtype: string
  hub?: { url: string; models: string }
}

const { model: name, dtype, hub } = workerData as ClipFiles
const packageName: string = '@huggingface/transformers'
let loading: ReturnType<typeof load> | undefined

async function load() {
  const { env, RawImage, ...models } = (await import(packageName)) as Transformers
  env.allowRemoteModels = hub !== undefined
  if (hub) {
    env.allowLocalModels = false // a folder of that name, wherever this process was started, is not meant
    env.remoteHost = hub.url
    env.cacheDir = hub.models
  }
  const [tokenize, process, read, see] = await Promise.all([
    models.AutoTokenizer.from_pretrained(name),
    models.AutoProcessor.from_pretrained(name),
    models.CLIPTextModelWithProjection.from_pretrained(name, { dtype }),
    models.CLIPVisionModelWithProjection.from_pretrained(name, { dtype }),
  ])
  const raw = ({ pixels, width, height, channels }: Picture) =>
    new RawImage(new Uint8ClampedArray(pixels), width, height, channels).rgb()
  return {
    texts: async (texts: string[]) =>
      (await read(await tokenize(texts, { padding: true, truncation: true }))).text_embeds.data,
    pictures: async (pictures: Picture[]) => (await see(await process(pictures.map(raw)))).image_embeds.data,
  }
}

answerQuestions<Question>(
  async question => {
    loading ??= load()
    const model = await loading
    if (question.is === 'there') return new Float32Array()
    const numbers =
      question.is === 'texts' ? await model.texts(question.inputs) : await model.pictures(question.inputs)
    return Float32Array.from(numbers)
  },
  { transfer: (vectors: Float32Array<ArrayBuffer>) => [vectors.buffer] },
)
