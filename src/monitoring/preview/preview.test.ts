// What a preview says, and that it is true of what is stored now. Each is counted in SQL as well.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../../test/support/alerts.ts'
import { testApp } from '../../../test/support/app.ts'
import { seedBatch } from '../../../test/support/items.ts'

const app = await testApp({ env: { BELFRY_EVALUATOR: 'both' } })
const owner = await app.user('ann')

const vql = (...items: object[]) => `vql=${encodeURIComponent(JSON.stringify(items))}`
const car = { labels: { op: 'one_of', value: ['car'] } }

async function ask(path: string, init: RequestInit = {}) {
  const answer = await owner.api(`/dataset/${path}`, { method: 'POST', ...init })
  return { status: answer.status, body: (await answer.json()) as any }
}
const preview = async (dataset: string, query = '') =>
  (await ask(`${dataset}/views/preview?${query}`)).body as any
const send = (body: object) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

test('a preview counts what the view would have counted, and shows samples with their reasons', async () => {
  const other = await seedDataset(app, [owner])
  const first = await seedBatch(app, other, [
    { labels: ['car'], blur: 0.75 },
    { labels: ['car'], state: 'failed' },
    {},
  ])
  const second = await seedBatch(app, other, [{}, {}])
  const third = await seedBatch(app, other, [
    { labels: ['car'], folder: 'a' },
    { labels: ['car', 'red'], blur: 0.5 },
  ])
  const { batches, total, would_alert, samples } = await preview(other, vql(car))
  assert.deepEqual(
    batches.map(({ batch_id, count }: { batch_id: string; count: number }) => [batch_id, count]),
    [
      [first, 1],
      [second, 0],
      [third, 2],
    ],
  )
  assert.deepEqual([total, would_alert, samples.length], [3, 2, 3])
  assert.equal(samples[0].original_uri, 'a/0.png')
  assert.deepEqual(samples[0].reasons, [{ filter: car, score: null }])
  const blurred = await preview(other, `${vql({ issues: { op: 'issue', value: 'blur' } })}&batches=1`)
  assert.deepEqual([blurred.total, blurred.samples[0].reasons[0].score], [1, 0.5])
  assert.equal((await ask(`${other}/views/preview?batches=101`)).status, 422)
  const empty = await ask(`${await seedDataset(app, [owner])}/views/preview`)
  assert.deepEqual(empty.body, { batches: [], total: 0, would_alert: 0, samples: [] })
})

test('what changes after the evaluation is seen by the next preview', async () => {
  const dataset = await seedDataset(app, [owner])
  const batch = await seedBatch(app, dataset, [{ labels: ['car'] }, { labels: ['car'] }, {}])
  await seedBatch(app, dataset, [{ labels: ['car'] }])
  const media = await app.db.query<{ id: string }>(sql`
    select id from items where batch_id = ${batch} order by ordinal`)
  const [first, second] = media.map(({ id }) => id)
  const tag = (await ask(`${dataset}/tags`, send({ name: 'seen' }))).body.id as string
  const tagged = { tags: { op: 'is', value: [tag] } }
  const counts = async (filter: object) =>
    (await preview(dataset, vql(filter))).batches.map(({ count }: { count: number }) => count)

  assert.deepEqual(
    [await counts(car), await counts(tagged)],
    [
      [2, 1],
      [0, 0],
    ],
  )
  await ask(`${dataset}/tags/${tag}/assign`, send({ media_ids: [first, second] }))
  assert.deepEqual(
    [await counts(car), await counts(tagged)],
    [
      [2, 1],
      [2, 0],
    ],
  )
  await ask(`${dataset}/tags/${tag}/unassign`, send({ media_ids: [first] }))
  assert.deepEqual(await counts(tagged), [1, 0])
  const answer = await owner.api(`/dataset/${dataset}/media/${first}`, { method: 'DELETE' })
  assert.equal(answer.status, 200)
  assert.deepEqual(
    [await counts(car), await counts(tagged)],
    [
      [1, 1],
      [1, 0],
    ],
  )
})

test('a deleted batch takes the record of its changes along', async () => {
  const dataset = await seedDataset(app, [owner])
  const batch = await seedBatch(app, dataset, [{ labels: ['car'] }])
  const changes = async () =>
    (await app.db.query(sql`select from item_changes where batch_id = ${batch}`)).length
  await app.db.query(sql`update items set labels = '{}' where batch_id = ${batch}`)
  assert.equal(await changes(), 1)
  await app.db.query(sql`delete from batches where id = ${batch}`)
  assert.equal(await changes(), 0)
})

test('who leaves stops the counting, and the next preview is answered', async () => {
  const dataset = await seedDataset(app, [owner])
  await seedBatch(app, dataset, [{ labels: ['car'] }])
  const gone = new AbortController()
  const asked = owner.api(`/dataset/${dataset}/views/preview?${vql(car)}`, {
    method: 'POST',
    signal: gone.signal,
  })
  gone.abort()
  await assert.rejects(asked, { name: 'AbortError' })
  assert.equal((await preview(dataset, vql(car))).total, 1)
})
