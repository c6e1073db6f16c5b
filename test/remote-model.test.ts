// A whole server whose model sees and reads, behind HTTP: here one that knows the mean colour of a picture.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { testApp } from './support/app.ts'
import { startColourModel } from './support/colour-model.ts'
import { addMedia, ended, form, newDataset } from './support/media.ts'

const model = await startColourModel()
const app = await testApp({ env: model.env })
const user = await app.user()

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

  model.refuses = () => true
  const answer = await addMedia(user.api, dataset, form([await plain('blue')]))
  const failed = await ended(user.api, answer.headers.get('location')!)
  assert.equal(failed.status, 'FAILED')
  assert.match(failed.error_message!, /^The embedder at http.* answered 400\. Try again when it is mended\.$/)
  const search = await user.api(`/explore/${dataset}?caption=red&threshold=0.5`)
  assert.equal(search.status, 503)

  model.refuses = () => false
  assert.ok((await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })).ok)
  assert.equal((await ended(user.api, `/api/v1/tasks/${failed.task_id}`)).status, 'COMPLETED')
  assert.deepEqual(await found('blue'), ['blue.png'])
})
