// A real endpoint on the loopback, well-behaved and not.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import type { RemoteModel } from '../config.ts'
import { ModelUnavailable } from './embedder.ts'
import { remoteEmbedder } from './remote.ts'

interface Asked {
  model: string
  input: string[]
  modality: string
}
let asked: (Asked & { authorization?: string })[] = []
let answer: (asked: Asked, response: ServerResponse) => unknown
const server = createServer(async (request: IncomingMessage, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked
  asked.push({ ...body, authorization: request.headers.authorization })
  const given = answer(body, response)
  if (!response.writableEnded && !response.destroyed) response.end(JSON.stringify(given))
})
let model: RemoteModel
before(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  model = {
    url: `http://127.0.0.1:${port}/embeddings`,
    model: 'tiny',
    dims: 2,
    token: 'secret',
    inputs: 'both',
    likeness: { none: 0.5, full: 1 },
    relevance: { none: 0.15, full: 0.35 },
  }
})
after(() => server.close())

/** The length of each input against 100, so that order can be told. */
const honest = ({ input }: Asked) => ({
  data: input.map((text, index) => ({ index, embedding: [text.length, 100] })).reverse(),
})
const ask = (texts: string[], waits = [0, 0]) => {
  asked = []
  return remoteEmbedder(model, waits).embedTexts!(texts)
}

test('inputs are sent in groups, with the token, and vectors come back in order and of unit length', async () => {
  answer = honest
  const texts = Array.from({ length: 70 }, (_, i) => 'x'.repeat(i + 1))
  const vectors = await ask(texts)
  assert.deepEqual(asked.map(({ input }) => input.length).sort(), [32, 32, 6])
  assert.ok(
    asked.every(
      one => one.authorization === 'Bearer secret' && one.model === 'tiny' && one.modality === 'text',
    ),
  )
  for (const [i, vector] of vectors.entries()) {
    assert.ok(Math.abs(vector[0]! / vector[1]! - (i + 1) / 100) < 1e-6)
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6)
  }
})

test('pictures are sent as JPEG', async () => {
  answer = honest
  asked = []
  const pixels = await sharp({ create: { width: 8, height: 6, channels: 3, background: 'red' } })
    .raw()
    .toBuffer()
  await remoteEmbedder(model).embedImages!([{ pixels, width: 8, height: 6, channels: 3 }])
  const [, jpeg] = asked[0]!.input[0]!.split('base64,')
  const { format, width, height } = await sharp(Buffer.from(jpeg!, 'base64')).metadata()
  assert.deepEqual([asked[0]!.modality, format, width, height], ['image', 'jpeg', 8, 6])
})

test('a server that is overloaded for a moment is asked again', async () => {
  let fails = 2
  answer = (body, response) => {
    if (fails-- > 0) response.writeHead(503).end()
    return honest(body)
  }
  assert.equal((await ask(['a'])).length, 1)
  assert.equal(asked.length, 3)
})

const faults: [string, typeof answer, number, RegExp][] = [
  ['stays down', (_, response) => response.writeHead(500).end(), 3, /answered 500/],
  ['cuts the connection', (_, response) => response.destroy(), 3, /did not answer/],
  ['refuses', (_, response) => response.writeHead(401).end(), 1, /answered 401/],
  ['speaks HTML', (_, response) => response.end('<html>'), 1, /no JSON/],
  ['leaves one out', () => ({ data: [] }), 1, /without a vector for each of 1/],
  [
    'has other dimensions',
    () => ({ data: [{ embedding: [1, 2, 3] }] }),
    1,
    /of 3 numbers; BELFRY_EMBEDDER_DIMS says 2/,
  ],
  ['gives no direction', () => ({ data: [{ embedding: [0, 0] }] }), 1, /without direction/],
  ['talks without end', (_, response) => response.end('x'.repeat(2 ** 20)), 3, /longer than/],
]
for (const [what, fault, attempts, sentence] of faults)
  test(`one that ${what} is named in a sentence`, async () => {
    answer = fault
    await assert.rejects(
      () => ask(['a']),
      (error: Error) => error instanceof ModelUnavailable && sentence.test(error.message),
    )
    assert.equal(asked.length, attempts)
  })
