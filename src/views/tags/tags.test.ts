import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../../test/support/app.ts'
import { seedBatch } from '../../../test/support/items.ts'

const app = await testApp()
const owner = await app.user('ann')
const viewer = await app.user('bob')
const dataset = await seedDataset(app, [owner, viewer])
const media = await itemsOf(await seedBatch(app, dataset, [{}, {}, {}]))

async function itemsOf(batch: string): Promise<string[]> {
  const rows = await app.db.query<{ id: string }>(sql`
    select id from items where batch_id = ${batch} order by ordinal`)
  return rows.map(({ id }) => id)
}

const call = async (path: string, { method = 'POST', user = owner, body }: Call = {}) => {
  const answer = await user.api(`/dataset/${dataset}/tags${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: answer.status, body: await answer.json() }
}
interface Call {
  method?: string
  user?: TestUser
  body?: object
}
const create = async (name: string) => (await call('', { body: { name } })).body
const tagged = async (...ids: string[]) => {
  const vql = JSON.stringify([{ tags: { op: 'is', value: ids } }])
  const answer = await owner.api(`/explore/${dataset}?vql=${encodeURIComponent(vql)}`)
  return (await answer.json()) as { metadata: { total: number }; clusters: { user_tags: object[] }[] }
}

test('tags are created, listed by name and unique within the dataset', async () => {
  const [b, a] = [await create(' beta '), await create('alpha')]
  assert.equal(b.name, 'beta')
  assert.deepEqual(Object.keys(b), ['id', 'name', 'created_at'])
  assert.deepEqual((await call('', { method: 'GET', user: viewer })).body, { tags: [a, b] })
  assert.equal((await call('', { body: { name: 'beta' } })).status, 409)
  assert.equal((await call('', { body: { name: ' ' } })).status, 422)
})

test('assigning and unassigning count what changed, and explore shows and filters it', async () => {
  const { id, name } = await create('seen')
  const media_ids = media.slice(0, 2)
  assert.deepEqual((await call(`/${id}/assign`, { body: { media_ids } })).body, { count: 2 })
  assert.deepEqual((await call(`/${id}/assign`, { body: { media_ids: media } })).body, { count: 1 })
  const { metadata, clusters } = await tagged(id)
  assert.equal(metadata.total, 3)
  assert.deepEqual(clusters[0]!.user_tags, [{ id, name }])
  assert.deepEqual((await call(`/${id}/unassign`, { body: { media_ids } })).body, { count: 2 })
  assert.equal((await tagged(id)).metadata.total, 1)
})

test('one media that is not in the dataset: 404, and nothing changed', async () => {
  const { id } = await create('all or nothing')
  const [foreign] = await itemsOf(await seedBatch(app, await seedDataset(app, [owner]), [{}]))
  const answer = await call(`/${id}/assign`, { body: { media_ids: [media[0], foreign] } })
  assert.deepEqual(answer, { status: 404, body: { detail: `The media ${foreign} is not in this dataset.` } })
  assert.equal((await tagged(id)).metadata.total, 0)
})

test('a deleted tag leaves its media; a view that names it still answers', async () => {
  const { id } = await create('short-lived')
  await call(`/${id}/assign`, { body: { media_ids: media } })
  assert.deepEqual(await call(`/${id}`, { method: 'DELETE' }), { status: 200, body: null })
  assert.equal((await tagged(id)).metadata.total, 0)
  const [row] = await app.db.query<{ left: number }>(sql`
    select count(*) as left from items where ${id}::uuid = any(tag_ids)`)
  assert.equal(row!.left, 0)
  assert.equal((await call(`/${id}`, { method: 'DELETE' })).status, 404)
  assert.equal((await call(`/${id}/assign`, { body: { media_ids: media } })).status, 404)
})

test('a tag that is deleted while it is assigned stays on no item', async () => {
  const tags = await Promise.all(Array.from({ length: 8 }, (_, n) => create(`raced ${n}`)))
  await Promise.all(
    tags.flatMap(({ id }) => [
      call(`/${id}/assign`, { body: { media_ids: media } }),
      call(`/${id}`, { method: 'DELETE' }),
    ]),
  )
  const [row] = await app.db.query<{ orphans: number }>(sql`
    select count(*) as orphans from items, unnest(tag_ids) as tag_id
    where dataset_id = ${dataset} and not exists (select from tags where id = tag_id)`)
  assert.equal(row!.orphans, 0)
})

test('a viewer reads tags and changes none; requests are bounded', async () => {
  const { id } = await create('guarded')
  const body = { media_ids: media }
  const attempts: [string, Call][] = [
    ['', { body: { name: 'x' } }],
    [`/${id}`, { method: 'DELETE' }],
    [`/${id}/assign`, { body }],
    [`/${id}/unassign`, { body }],
  ]
  for (const [path, attempt] of attempts)
    assert.equal((await call(path, { ...attempt, user: viewer })).status, 403)
  const tooMany = Array.from({ length: 1001 }, () => randomUUID())
  for (const media_ids of [[], ['x'], tooMany])
    assert.equal((await call(`/${id}/assign`, { body: { media_ids } })).status, 422)
})
