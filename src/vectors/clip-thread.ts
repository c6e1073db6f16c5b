// The thread that runs a CLIP model: tens of milliseconds a picture. The package is optional, so its types are not here
// to be imported; what is used of it stands below.
import { workerData } from 'node:worker_threads'
import { answerQuestions } from '../lib/answering.ts'
import type { Picture } from './embedder.ts'

interface Transformers {
  env: { allowRemoteModels: boolean }
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
export type Question = { is: 'texts'; inputs: string[] } | { is: 'pictures'; inputs: Picture[] }

const { folder, dtype } = workerData as { folder: string; dtype: string }
const packageName: string = '@huggingface/transformers'
let loading: ReturnType<typeof load> | undefined

async function load() {
  const { env, RawImage, ...models } = (await import(packageName)) as Transformers
  env.allowRemoteModels = false
  const [tokenize, process, read, see] = await Promise.all([
    models.AutoTokenizer.from_pretrained(folder),
    models.AutoProcessor.from_pretrained(folder),
    models.CLIPTextModelWithProjection.from_pretrained(folder, { dtype }),
    models.CLIPVisionModelWithProjection.from_pretrained(folder, { dtype }),
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
    const numbers =
      question.is === 'texts' ? await model.texts(question.inputs) : await model.pictures(question.inputs)
    return Float32Array.from(numbers)
  },
  { transfer: (vectors: Float32Array<ArrayBuffer>) => [vectors.buffer] },
)
