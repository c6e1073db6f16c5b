// A CLIP model of a few hundred bytes, with the files and the inputs of a real one. It sees the mean colour of a picture,
// and reads the words red, green and blue.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onnxModel } from './onnx.ts'

const words = ['red', 'green', 'blue']
const special = ['<|startoftext|>', '<|endoftext|>']
const side = 8

/** Letters, then what they grow into until a word is one token; as CLIP writes it, with its end marked. */
function tokens(): { vocabulary: string[]; merges: string[] } {
  const vocabulary = new Set<string>(special)
  const merges = new Set<string>()
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    vocabulary.add(letter)
    vocabulary.add(`${letter}</w>`)
  }
  // The longest first: earlier pairs are joined earlier, and the `re` of red would part green.
  for (const word of words.toSorted((a, b) => b.length - a.length)) {
    const letters = [...word].map((letter, i) => (i === word.length - 1 ? `${letter}</w>` : letter))
    let grown = letters[0]!
    for (const letter of letters.slice(1)) {
      merges.add(`${grown} ${letter}`)
      grown += letter
      vocabulary.add(grown)
    }
  }
  return { vocabulary: [...vocabulary], merges: [...merges] }
}

export async function writeTinyClip(folder: string, { gain = 1 } = {}): Promise<void> {
  const { vocabulary, merges } = tokens()
  const vocab = Object.fromEntries(vocabulary.map((token, id) => [token, id]))
  /** A word is its colour, as pixels are normalised; the beginning of a text says a little, so that none says nothing. */
  const meaning = vocabulary.flatMap((token, id) => {
    const colour = words.indexOf(token.replace('</w>', ''))
    if (colour === -1) return words.map(() => (id === 0 ? 0.01 : 0))
    return words.map((_, channel) => (colour === channel ? gain : -gain))
  })
  const json = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content))
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await json('config.json', {
    model_type: 'clip',
    architectures: ['CLIPModel'],
    projection_dim: words.length,
    text_config: { model_type: 'clip_text_model' },
    vision_config: { model_type: 'clip_vision_model', image_size: side },
  })
  await json('preprocessor_config.json', {
    image_processor_type: 'CLIPImageProcessor',
    do_resize: true,
    size: { shortest_edge: side },
    do_center_crop: true,
    crop_size: { width: side, height: side },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
    do_convert_rgb: true,
    resample: 3,
  })
  await json('tokenizer_config.json', {
    tokenizer_class: 'CLIPTokenizer',
    bos_token: special[0],
    eos_token: special[1],
    pad_token: special[1],
    unk_token: special[1],
    model_max_length: 77,
  })
  await json('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[a-z]+' }, behavior: 'Removed', invert: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [special[1], 1],
      cls: [special[0], 0],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: special[1],
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges,
    },
  })
  await writeFile(
    join(folder, 'onnx', 'text_model.onnx'),
    onnxModel({
      inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch', 'length'] }],
      outputs: [{ name: 'text_embeds', type: 'float', shape: ['batch', words.length] }],
      nodes: [
        { op: 'Gather', inputs: ['meaning', 'input_ids'], outputs: ['read'] },
        {
          op: 'ReduceMean',
          inputs: ['read'],
          outputs: ['text_embeds'],
          attributes: { axes: [1], keepdims: 0 },
        },
      ],
      weights: [{ name: 'meaning', shape: [vocabulary.length, words.length], values: meaning }],
    }),
  )
  await writeFile(
    join(folder, 'onnx', 'vision_model.onnx'),
    onnxModel({
      inputs: [{ name: 'pixel_values', type: 'float', shape: ['batch', 3, side, side] }],
      outputs: [{ name: 'image_embeds', type: 'float', shape: ['batch', words.length] }],
      nodes: [
        {
          op: 'ReduceMean',
          inputs: ['pixel_values'],
          outputs: ['image_embeds'],
          attributes: { axes: [2, 3], keepdims: 0 },
        },
      ],
      weights: [],
    }),
  )
}
