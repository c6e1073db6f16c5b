// The real package on a real, tiny model.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { startTestApp, testApp } from '../../test/support/app.ts'
import { addMedia, ended, form, newDataset } from '../../test/support/media.ts'
import { writeTinyClip } from '../../test/support/tiny-clip.ts'
import { ConfigError, readConfig } from '../config.ts'
import { clipEmbedder } from './clip.ts'
import { type Embedder, ModelUnavailable, type Picture } from './embedder.ts'
import { dot } from './tile.ts'

const skip = isInstalled('@huggingface/transformers') ? false : 'needs what CONTRIBUTING.md says'

const scales = { likeness: { none: 0, full: 1 }, relevance: { none: 0, full: 1 } }
const open = (path = folder) => clipEmbedder({ folder: path, hub: null, ...scales })
const parent = await mkdtemp(join(tmpdir(), 'belfry-clip-'))
const folder = join(parent, 'tiny clip')
await writeTinyClip(folder)
after(() => rm(parent, { recursive: true }))

const plain = (colour: number[], { width = 20, height = 15 } = {}): Picture => ({
  pixels: Buffer.from(Array.from({ length: width * height }, () => colour).flat()),
  width,
  height,
  channels: colour.length as 1 | 3,
})
const colours = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255] }

async function using(embedder: Embedder, use: (embedder: Embedder) => Promise<void>) {
  try {
    await use(embedder)
  } finally {
    await embedder.close!()
  }
}

test(
  'pictures and texts are in one space, in the order in which they are given, at unit length',
  { skip },
  () =>
    open().then(embedder =>
      using(embedder, async ({ embedImages, embedTexts, dims }) => {
        const names = Object.keys(colours) as (keyof typeof colours)[]
        // More than go to the model at once, and the longest far beyond what it reads.
        const asked = Array.from({ length: 19 }, (_, i) => names[i % 3]!)
        const texts = await embedTexts!(asked.map((name, i) => (i === 7 ? `${name} `.repeat(5_000) : name)))
        const pictures = await embedImages!(asked.map(name => plain(colours[name])))
        assert.deepEqual([texts.length, pictures.length, dims], [19, 19, 3])
        for (const [i, name] of asked.entries())
          for (const [j, other] of asked.entries())
            assert.equal(dot(texts[i]!, pictures[j]!) > 0.95, name === other, `${name} ${i}, ${other} ${j}`)
        for (const vector of [...texts, ...pictures]) assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-6)
        const [grey, wide] = await embedImages!([plain([200]), plain([255, 0, 0], { width: 400, height: 3 })])
        assert.ok(dot(grey!, new Float32Array([1, 1, 1])) > 1.7)
        assert.ok(dot(wide!, texts[0]!) > 0.95)
        assert.deepEqual([await embedTexts!([]), await embedImages!([])], [[], []])
      }),
    ),
)

test('its name is made of what the model computes, not of where it is', { skip }, async () => {
  const { id, dims } = await open()
  assert.match(id, /^clip-[0-9a-f]{12}$/)
  assert.equal(dims, 3)
  const other = join(parent, 'other')
  await writeTinyClip(other)
  assert.equal((await open(other)).id, id)
  await writeTinyClip(other, { gain: 2 })
  assert.notEqual((await open(other)).id, id)
})

test('what is missing is said at the start, in one sentence', async () => {
  const refusal = async (opening: Promise<unknown>) => {
    const error = await opening.then(
      () => assert.fail('it was opened'),
      (error: unknown) => error as Error,
    )
    assert.ok(error instanceof ConfigError, error.message)
    return error.message
  }
  assert.equal(
    await refusal(clipEmbedder({ folder, hub: null, ...scales }, { needed: '@huggingface/not-there' })),
    'BELFRY_CLIP_MODEL needs the package @huggingface/not-there, which is not installed; npm install it beside Belfry.',
  )
  const nowhere = join(parent, 'nowhere')
  assert.equal(
    await refusal(open(nowhere)),
    `BELFRY_CLIP_MODEL names ${nowhere}, which has no config.json; nothing is downloaded without BELFRY_CLIP_HUB, see docs/operate/models.md.`,
  )
  const half = join(parent, 'half')
  await writeTinyClip(half)
  await rename(join(half, 'onnx/text_model.onnx'), join(half, 'onnx/text_model_fp16.onnx'))
  assert.match(await refusal(open(half)), /has no onnx\/text_model\.onnx and onnx\/vision_model\.onnx/)
  await assert.rejects(startTestApp({ env: { BELFRY_CLIP_MODEL: nowhere } }), ConfigError)
})

test('a model that cannot be run is unavailable, and says why', { skip }, async () => {
  const broken = join(parent, 'broken')
  await writeTinyClip(broken)
  await writeFile(join(broken, 'onnx/vision_model.onnx'), 'no model')
  await using(await open(broken), async ({ embedTexts }) => {
    const fault = (error: unknown) =>
      error instanceof ModelUnavailable && error.message.startsWith(`The model in ${broken} cannot be run: `)
    await assert.rejects(embedTexts!(['red']), fault)
    await assert.rejects(embedTexts!(['red']), fault)
  })
  await writeTinyClip(broken)
  const config = { model_type: 'clip', projection_dim: 7 }
  await writeFile(join(broken, 'config.json'), JSON.stringify(config))
  await using(await open(broken), ({ embedTexts }) =>
    assert.rejects(embedTexts!(['red']), /gave 3 numbers instead of 7; its config\.json is of another one\./),
  )
})

/** A hub with one model, `tests/tiny`. */
async function startHub() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    const [, file] = /^\/tests\/tiny\/resolve\/main\/(.+)$/.exec(request.url!) ?? []
    const bytes = file === undefined ? Promise.reject() : readFile(join(folder, file))
    bytes.then(
      all => response.setHeader('content-length', all.length).end(request.method === 'HEAD' ? '' : all),
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }
}

test('a model is downloaded only where a hub is named, once, and is then the same as one in a folder', {
  skip,
}, async () => {
  const hub = await startHub()
  try {
    const env = { BELFRY_DATA: join(parent, 'data'), BELFRY_CLIP_MODEL: 'tests/tiny' }
    await assert.rejects(
      clipEmbedder(readConfig(env).clip!),
      /which has no config\.json; nothing is downloaded without BELFRY_CLIP_HUB/,
    )
    assert.equal(hub.asked.length, 0)
    const { clip } = readConfig({ ...env, BELFRY_CLIP_HUB: `${hub.url}/` })
    const told: string[] = []
    const tell = (sentence: string) => told.push(sentence)
    await using(await clipEmbedder(clip!, { tell }), async ({ id, embedTexts }) => {
      assert.equal(id, (await open()).id)
      assert.equal((await embedTexts!(['red'])).length, 1)
    })
    assert.equal(told.length, 1)
    assert.match(told[0]!, /^Downloading the model tests\/tiny from http/)
    assert.ok(hub.asked.includes('/tests/tiny/resolve/main/onnx/vision_model.onnx'))
    const before = hub.asked.length
    await using(await clipEmbedder(clip!, { tell }), async ({ embedTexts }) => {
      await embedTexts!(['red'])
    })
    assert.equal(hub.asked.length, before, 'a second start asks nobody')
    assert.equal(told.length, 1)

    // A file that is gone while the server runs is a fault, not a reason to ask.
    await using(await clipEmbedder(clip!, { tell }), async ({ embedTexts }) => {
      await rm(join(parent, 'data/models/tests/tiny/onnx/text_model.onnx'))
      await assert.rejects(embedTexts!(['red']), /cannot be run: /)
    })
    assert.equal(hub.asked.length, before)

    const absent = readConfig({ ...env, BELFRY_CLIP_HUB: hub.url, BELFRY_CLIP_MODEL: 'tests/absent' })
    await assert.rejects(clipEmbedder(absent.clip!), (error: Error) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, /^The model tests\/absent could not be downloaded from http/)
      return true
    })
  } finally {
    hub.close()
  }
})

test('with a hub the model is a name there, and never a path', () => {
  for (const model of ['../secret', '/models/clip', 'clip', 'a/b/c', 'a/..'])
    assert.throws(
      () => readConfig({ BELFRY_CLIP_MODEL: model, BELFRY_CLIP_HUB: 'https://hub.example.com' }),
      /BELFRY_CLIP_MODEL must be the name of a model of BELFRY_CLIP_HUB/,
    )
  assert.throws(
    () => readConfig({ BELFRY_CLIP_HUB: 'hub.example.com' }),
    /BELFRY_CLIP_HUB must be an address/,
  )
})

test('a server that sees and reads: a sentence finds pictures without captions', { skip }, async () => {
  const app = await testApp({ env: { BELFRY_CLIP_MODEL: folder, BELFRY_EMBEDDER_RELEVANCE: '0.5,1' } })
  const user = await app.user()
  const file = async (name: keyof typeof colours) => ({
    name: `${name}.png`,
    bytes: await sharp({ create: { width: 640, height: 480, channels: 3, background: name } })
      .png()
      .toBuffer(),
  })
  const dataset = await newDataset(user.api, 'colours', [await file('red'), await file('green')] as any)
  const vql = encodeURIComponent(
    JSON.stringify([{ text: { op: 'semantic', value: 'blue', threshold: 0.8 } }]),
  )
  const explored = async () =>
    ((await (await user.api(`/explore/${dataset}?vql=${vql}`)).json()) as any).clusters.map(
      (one: any) => one.previews[0].file_name,
    )
  assert.deepEqual(await explored(), [])
  const added = await addMedia(user.api, dataset, form([await file('blue')] as any, { auto_reindex: 'true' }))
  assert.equal((await ended(user.api, added.headers.get('location')!)).status, 'COMPLETED')
  assert.deepEqual(await explored(), ['blue.png'])
  const { embedding_config } = (await (await user.api(`/dataset/${dataset}`)).json()) as any
  const { id } = await open()
  assert.deepEqual(embedding_config, {
    image: { model: id, dims: 3 },
    text: { model: id, dims: 3 },
    client: null,
  })
})

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
