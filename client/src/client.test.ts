// The client against a real server, from the first picture to the alert on the stream.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { testApp } from '../../test/support/app.ts'
import {
  BelfryClient,
  BelfryError,
  type Notification,
  type UploadFile,
  type UploadProgress,
} from './index.ts'

let datasetId: string
const app = await testApp()
const user = await app.user('ann')
const client = new BelfryClient({ url: `${app.url}/`, apiKey: user.apiKey, apiSecret: user.apiSecret })

const emoji = join(
  dirname(createRequire(import.meta.url).resolve('emoji-datasource-google/package.json')),
  'img/google/64',
)
async function pictures(folder: string, images: string[], label: string): Promise<UploadFile[]> {
  const files = await Promise.all(
    images.map(async image => ({
      name: `${folder}/${image}`,
      data: new Blob([await readFile(join(emoji, image))]),
    })),
  )
  const table = ['filename,label', ...images.map(image => `${folder}/${image},${label}`)].join('\n')
  return [...files, { name: 'image_annotations.csv', data: new Blob([table]) }]
}
const next = async (stream: AsyncIterable<Notification>): Promise<Notification> => {
  for await (const one of stream) return one
  throw new Error('the stream ended')
}

test('it knows who it is, and a refusal has status, sentence and request id', async () => {
  assert.equal((await client.users.me()).email, 'ann@example.com')
  await assert.rejects(client.datasets.get('00000000-0000-0000-0000-000000000000'), error => {
    assert.ok(error instanceof BelfryError)
    assert.deepEqual([error.status, error.detail], [404, 'Dataset not found'])
    assert.match(error.requestId!, /^[0-9a-f-]{36}$/)
    return true
  })
})

test('a dataset is filled, with progress of the upload and of the work', async () => {
  datasetId = await client.datasets.create('Emoji')
  const sent: UploadProgress[] = []
  const files = await pictures('faces', ['1f600.png', '1f601.png'], 'face')
  const { taskId } = await client.media.ingest(datasetId, files, { onProgress: step => sent.push(step) })
  const total = files.reduce((sum, { data }) => sum + data.size, 0)
  assert.deepEqual(sent.at(-1), { sentBytes: total, totalBytes: total })
  const percentages: number[] = []
  const task = await client.waitForTask(taskId, ({ progress_percentage }) =>
    percentages.push(progress_percentage),
  )
  assert.deepEqual([task.status, task.progress_percentage, task.problems], ['COMPLETED', 100, []])
  assert.equal(percentages.at(-1), 100)
  const dataset = await client.datasets.get(datasetId)
  assert.deepEqual([dataset.status_new, dataset.n_images], ['READY', 2])
  assert.equal((await client.datasets.list())[0]?.id, datasetId)
})

test('an alert arrives on the stream, in the list, the counts, the trend and the matches', async () => {
  const view = await client.views.create(datasetId, 'Food', {
    vql: [{ labels: { op: 'one_of', value: ['food'] } }],
  })
  assert.deepEqual(await client.views.get(datasetId, view.id), view)
  const opened = Promise.withResolvers<void>()
  const stream = client.stream({ datasetId, onChange: ({ kind }) => kind === 'open' && opened.resolve() })
  const arriving = next(stream)
  await opened.promise
  const { taskId, batchId } = await client.media.add(datasetId, {
    files: await pictures('food', ['1f355.png', '1f35f.png', '1f366.png'], 'food'),
  })
  const alert = await arriving
  assert.equal(alert.metadata.result_count, 3)
  assert.equal(alert.metadata.batch_id, batchId)
  assert.equal((await client.waitForTask(taskId)).status, 'COMPLETED')

  const page = await client.notifications.list({ unreadOnly: true, datasetId, limit: 5 })
  assert.deepEqual(page, { notifications: [alert], total: 1, has_more: false })
  assert.equal(await client.notifications.unreadCount(datasetId), 1)
  const { matches, total } = await client.notifications.matches(alert.id)
  assert.deepEqual(
    [total, matches.map(({ file_name }) => file_name)],
    [3, ['1f355.png', '1f35f.png', '1f366.png']],
  )
  const trend = await client.views.trend(datasetId, view.id)
  assert.deepEqual(
    trend.points.map(({ batch_id, count }) => [batch_id, count]),
    [[batchId, 3]],
  )
  const found = await client.explore(datasetId, { batch_id: batchId, ...{ vql: view.filters.vql } })
  assert.equal(found.clusters.flatMap(({ previews }) => previews).length, 3)
  const preview = await client.views.preview(datasetId, { caption: 'food' })
  assert.deepEqual([preview.total, preview.would_alert], [3, 1])

  await client.notifications.markRead(alert.id)
  await assert.rejects(client.notifications.markRead(alert.id), { status: 404 })
  assert.equal(await client.notifications.markAllRead(), 0)
})

test('an anchor is a picture, or a part of one that is sent or is here', async () => {
  const [face] = await pictures('anchors', ['1f600.png'], 'face')
  const found = await client.explore(datasetId)
  const here = found.clusters
    .flatMap(({ previews }) => previews)
    .find(({ file_name }) => file_name === '1f600.png')!
  const near = async (value: string) => {
    const page = await client.explore(datasetId, {
      vql: [{ similarity: { op: 'upload', value, threshold: 0.05 } }],
    })
    return page.clusters.flatMap(({ previews }) => previews.map(({ file_name }) => file_name))
  }
  assert.deepEqual(await near(await client.media.anchor(datasetId, face!)), ['1f600.png'])
  const whole = [0, 0, here.width!, here.height!]
  const part = await client.media.anchorOfPart(datasetId, here.media_id, whole)
  assert.deepEqual(await near(part), ['1f600.png'])
  assert.deepEqual(await near(await client.media.anchor(datasetId, face!, [0, 0, 10, 10])), [])
  await assert.rejects(client.media.anchor(datasetId, face!, [900, 900, 1, 1]), {
    status: 422,
    detail: 'bounding_box lies outside of the picture.',
  })
})

test('the same idempotency key makes one batch', async () => {
  const source = { files: await pictures('again', ['1f34e.png'], 'fruit') }
  const first = await client.media.add(datasetId, source, { idempotencyKey: 'once', autoReindex: true })
  const second = await client.media.add(datasetId, source, { idempotencyKey: 'once', autoReindex: true })
  assert.deepEqual(second, first)
  await client.waitForTask(first.taskId)
  assert.equal((await client.datasets.get(datasetId)).status_new, 'READY')
})

test('a refusal during an upload arrives as a refusal, also when much is still to be sent', async () => {
  const draft = await client.datasets.create('Draft')
  const large = { name: 'large.png', data: new Blob([new Uint8Array(8 * 2 ** 20)]) }
  await assert.rejects(client.media.add(draft, { files: [large] }), {
    status: 400,
    detail: `Dataset ${draft} has no embedding_config — index the dataset first.`,
  })
})

test('views are switched, listed and deleted; members come and go', async () => {
  const [view] = await client.views.list(datasetId)
  assert.equal(await client.views.setAlerting(datasetId, view!.id, false), false)
  assert.equal(await client.views.setMonitoring(datasetId, view!.id, false), false)
  await client.views.delete(datasetId, view!.id)
  assert.deepEqual(await client.views.list(datasetId), [])
  const bob = await app.user('bob')
  await client.datasets.invite(datasetId, bob.email)
  assert.ok((await client.datasets.members(datasetId)).some(({ email }) => email === bob.email))
  await client.datasets.revoke(datasetId, bob.email)
  assert.equal((await client.datasets.members(datasetId)).length, 1)
})

test('a stream ends with the reason when its key is revoked', async () => {
  const eve = await app.user('eve')
  const watching = new BelfryClient({ url: app.url, apiKey: eve.apiKey, apiSecret: eve.apiSecret })
  const opened = Promise.withResolvers<void>()
  const stream = watching.stream({ onChange: ({ kind }) => kind === 'open' && opened.resolve() })
  const ended = assert.rejects(next(stream), { name: 'BelfryError', status: 401 })
  await opened.promise
  await watching.credentials.revoke()
  await ended
})
