// What the web inbox asks for beyond the documented API: narrower lists, counts by dataset, many marked at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'

const app = await testApp()
const ann = await app.user('ann')
const bob = await app.user('bob')
const cups = await seedDataset(app, [ann, bob], 'Cups')
const cars = await seedDataset(app, [ann], 'Cars')
await raiseAlert(app, cups, { viewName: 'old' })
await app.db.query(sql`update notifications set created_at = '2026-03-31T17:02:12.432489Z'`)
await raiseAlert(app, cups, { viewName: 'new' })
await raiseAlert(app, cars, { viewName: 'red' })

const listed = async (query = '', { api }: TestUser = ann) => {
  const answer = await api(`/notifications${query}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return ((await answer.json()) as { notifications: any[] }).notifications
}
const names = async (query: string) => (await listed(query)).map(one => one.metadata.view_name)
const mark = (ids: string[], { api }: TestUser = ann) =>
  api('/notifications/read', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ids }),
  })

test('the list narrows by view and by time of creation', async () => {
  const [red] = await listed()
  assert.deepEqual(await names(`?view_id=${red.entity_id}`), ['red'])
  assert.deepEqual(await names('?created_to=2026-03-31'), ['old'])
  assert.deepEqual(await names('?created_from=2026-03-31T17:02:12.432490Z'), ['red', 'new'])
  assert.deepEqual(await names('?created_from=2026-03-31&created_to=2026-03-31&unread_only=true'), ['old'])
  const wrong = await ann.api('/notifications?created_from=soon')
  assert.equal(wrong.status, 422)
  assert.match(((await wrong.json()) as any).detail, /'created_from' must be a date/)
})

test('unread notifications are counted by dataset, also those of a deleted one', async () => {
  const counts = async () => ((await (await ann.api('/notifications/unread-counts')).json()) as any).counts
  assert.deepEqual(await counts(), [
    { dataset_id: cups, count: 2 },
    { dataset_id: cars, count: 1 },
  ])
  await ann.api(`/dataset/${cars}`, { method: 'DELETE' })
  assert.deepEqual(await counts(), [
    { dataset_id: cups, count: 2 },
    { dataset_id: null, count: 1 },
  ])
})

test('some are marked at once, each for one of two racing calls; those of others are passed over', async () => {
  const ids = (await listed()).map(one => one.id)
  const [bobs] = await listed('', bob)
  const counts = await Promise.all([mark([...ids, bobs.id]), mark(ids)])
  const marked = await Promise.all(counts.map(async answer => ((await answer.json()) as any).count))
  assert.equal(marked[0] + marked[1], 3)
  assert.equal((await listed('?unread_only=true')).length, 0)
  assert.equal((await listed('?unread_only=true', bob)).length, 2)
  assert.equal((await mark([])).status, 422)
  assert.equal((await mark(Array(101).fill(bobs.id))).status, 422)
})
