// What is on pictures and what texts say, in one space, by a CLIP model in a local folder, through the optional package
// @huggingface/transformers. Nothing is downloaded unless BELFRY_CLIP_HUB names where from; then once, before the start ends.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClipModel, ConfigError } from '../config.ts'
import { startThread } from '../lib/thread.ts'
import type { ClipFiles } from './clip-thread.ts'
import { type Embedder, ModelUnavailable } from './embedder.ts'
import { toUnitLength } from './tile.ts'

/** Few at a time, so that the query of a person waits for some, not for a whole batch. */
const picturesAtOnce = 8
const textsAtOnce = 8
/** Beyond what the 77 tokens of such a model hold. */
const maxTextLength = 1_000
const packageName = '@huggingface/transformers'

/** The ends of the file names of one model, the most exact first. */
const precisions = [
  { dtype: 'fp32', ending: '' },
  { dtype: 'fp16', ending: '_fp16' },
  { dtype: 'q8', ending: '_quantized' },
]
const described = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json']

/** Throws a `ConfigError` when the package or a file of the model is missing, or cannot be downloaded. */
export async function clipEmbedder(
  { folder, hub, likeness, relevance }: ClipModel,
  { needed = packageName, tell = () => {} }: { needed?: string; tell?: (sentence: string) => void } = {},
): Promise<Embedder> {
  const found = hub ? await look(folder).catch(() => undefined) : await look(folder)
  try {
    import.meta.resolve(needed)
  } catch {
    throw new ConfigError(
      `BELFRY_CLIP_MODEL needs the package ${needed}, which is not installed; npm install it beside Belfry.`,
    )
  }
  if (!found) await download(folder, hub!, tell)
  const { id, dims, dtype } = found ?? (await look(folder))
  const thread = startThread(import.meta.url, 'clip-thread', { model: folder, dtype } satisfies ClipFiles)

  const ask = async <Input>(is: 'pictures' | 'texts', inputs: Input[], atOnce: number) => {
    const vectors: Float32Array[] = []
    for (let start = 0; start < inputs.length; start += atOnce) {
      const some = inputs.slice(start, start + atOnce)
      const all = await thread.ask<Float32Array>({ is, inputs: some }).catch(({ message }: Error) => {
        throw new ModelUnavailable(`The model in ${folder} cannot be run: ${message}`)
      })
      if (all.length !== some.length * dims)
        throw new ModelUnavailable(
          `The model in ${folder} gave ${all.length} numbers instead of ${some.length * dims}; its config.json is of another one.`,
        )
      for (let i = 0; i < some.length; i++) vectors.push(all.slice(i * dims, (i + 1) * dims))
    }
    try {
      return vectors.map(toUnitLength)
    } catch {
      throw new ModelUnavailable(`The model in ${folder} gave a vector without a direction; it is damaged.`)
    }
  }

  return {
    id,
    dims,
    likeness,
    relevance,
    picturesPerCall: picturesAtOnce,
    embedImages: pictures => ask('pictures', pictures, picturesAtOnce),
    embedTexts: texts =>
      ask(
        'texts',
        texts.map(text => text.slice(0, maxTextLength)),
        textsAtOnce,
      ),
    close: thread.close,
  }
}

/** Files that are there already, from a download that was cut off, are not asked for again. A silent hub is given up after the 300 s of Node's fetch. */
async function download(
  folder: string,
  hub: NonNullable<ClipModel['hub']>,
  tell: (sentence: string) => void,
): Promise<void> {
  tell(`Downloading the model ${hub.name} from ${hub.url} to ${folder}`)
  const files = { url: `${hub.url}/`, models: hub.models }
  const { dtype } = precisions[0]!
  const thread = startThread(import.meta.url, 'clip-thread', {
    model: hub.name,
    dtype,
    hub: files,
  } satisfies ClipFiles)
  try {
    await thread.ask({ is: 'there' })
  } catch (error) {
    throw new ConfigError(
      `The model ${hub.name} could not be downloaded from ${hub.url}: ${(error as Error).message}`,
    )
  } finally {
    await thread.close()
  }
}

/** The name says what is computed, wherever the folder is: it is made of every file that has a part in it. */
async function look(folder: string): Promise<{ id: string; dims: number; dtype: string }> {
  const isThere = async (path: string) => (await stat(join(folder, path)).catch(() => undefined))?.isFile()
  const fault = (what: string) => new ConfigError(`BELFRY_CLIP_MODEL names ${folder}, ${what}`)
  for (const file of described)
    if (!(await isThere(file)))
      throw fault(
        `which has no ${file}; nothing is downloaded without BELFRY_CLIP_HUB, see docs/operate/models.md.`,
      )
  for (const { dtype, ending } of precisions) {
    const weights = ['text', 'vision'].map(part => `onnx/${part}_model${ending}.onnx`)
    if (!(await isThere(weights[0]!)) || !(await isThere(weights[1]!))) continue
    const { projection_dim: dims } = await readFile(join(folder, 'config.json'), 'utf8')
      .then(text => JSON.parse(text) as { projection_dim?: number })
      .catch(() => ({ projection_dim: undefined }))
    if (!Number.isInteger(dims) || dims! < 1) throw fault('whose config.json has no projection_dim.')
    const hash = createHash('sha256')
    for (const file of [...described, ...weights])
      for await (const bytes of createReadStream(join(folder, file))) hash.update(bytes as Buffer)
    return { id: `clip-${hash.digest('hex').slice(0, 12)}`, dims: dims!, dtype }
  }
  throw fault('which has no onnx/text_model.onnx and onnx/vision_model.onnx; see docs/operate/models.md.')
}
