// A whole server whose model sees and reads, behind HTTP: here one that knows the mean colour of a picture.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { testApp } from './support/app.ts'
import { addMedia, ended, form, newDataset } from './support/media.ts'

let broken = false
const colours: Record<string, number[]> = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] }
const model = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (broken) return response.writeHead(400).end()
  const { input, modality } = JSON.parse(Buffer.concat(chunks).toString()) as {
    input: string[]
    modality: string
  }
  const see = async (url: string) => {
    const { channels } = await sharp(Buffer.from(url.split('base64,')[1]!, 'base64')).stats()
    return channels.slice(0, 3).map(({ mean }) => mean + 1)
  }
  const data = await Promise.all(
    input.map(async (one, index) => ({
      index,
      embedding: modality === 'image' ? await see(one) : colours[one],
    })),
  )
  return response.end(JSON.stringify({ data }))
})

await new Promise<void>(done => model.listen(0, '127.0.0.1', done))
const app = await testApp({
  env: {
    BELFRY_EMBEDDER_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/embeddings`,
    BELFRY_EMBEDDER_MODEL: 'mean-colour',
    BELFRY_EMBEDDER_DIMS: '3',
    BELFRY_EMBEDDER_RELEVANCE: '0.5,1',
  },
})
const user = await app.user()
after(async () => {
  model.close()
})

const plain = async (name: string) => ({
  name: `${name}.png`,
  bytes: (await sharp({ create: { width: 30, height: 20, channels: 3, background: name } })
    .png()
    .toBuffer()) as any,
})

test('a sentence finds what is on the pictures; a model that is down fails the task by name, and a retry goes on', async () => {
  const dataset = await newDataset(user.api, 'colours', [await plain('red'), await plain('green')])
  const found = async (value: string): Promise<string[]> => {
    const vql = encodeURIComponent(JSON.stringify([{ text: { op: 'semantic', value, threshold: 0.6 } }]))
    const answer = await user.api(`/explore/${dataset}?vql=${vql}`)
    assert.equal(answer.status, 200, await answer.clone().text())
    const { clusters } = (await answer.json()) as any
    return clusters.map((one: any) => one.previews[0].file_name)
  }
  assert.deepEqual(await found('red'), ['red.png'])
  assert.deepEqual(await found('blue'), [])

  broken = true
  const answer = await addMedia(user.api, dataset, form([await plain('blue')]))
  const failed = await ended(user.api, answer.headers.get('location')!)
  assert.equal(failed.status, 'FAILED')
  assert.match(failed.error_message!, /^The embedder at http.* answered 400\. Try again when it is mended\.$/)
  const search = await user.api(`/explore/${dataset}?caption=red&threshold=0.5`)
  assert.equal(search.status, 503)

  broken = false
  assert.ok((await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })).ok)
  assert.equal((await ended(user.api, `/api/v1/tasks/${failed.task_id}`)).status, 'COMPLETED')
  assert.deepEqual(await found('blue'), ['blue.png'])
})
