import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'
import type { View } from './view.ts'

const app = await testApp()
const owner = await app.user('ann')
const viewer = await app.user('bob')
const dataset = await seedDataset(app, [owner, viewer])

const call = async (user: TestUser, path: string, init?: RequestInit) => {
  const answer = await user.api(`/dataset/${path}`, init)
  return { status: answer.status, body: await answer.json(), type: answer.headers.get('content-type') }
}
const post = (path: string, body?: object, user = owner) =>
  call(user, path, {
    method: 'POST',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
const save = (name: string, query = '', { user = owner, to = dataset } = {}) =>
  call(user, `${to}/views?${query}`, { method: 'POST', body: new URLSearchParams({ name }) })
const saved = async (name: string, query = ''): Promise<View> => {
  const { status, body } = await save(name, query)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}
const vql = (...items: object[]) => `vql=${encodeURIComponent(JSON.stringify(items))}`
const car = { labels: { op: 'one_of', value: ['car'] } }

test('a saved view has exactly the documented shape, in the documented order', async () => {
  const form = new FormData()
  form.append('name', '  Damaged windshields ')
  const { body, status } = await call(owner, `${dataset}/views?threshold=0&entity_type=IMAGES`, {
    method: 'POST',
    body: form,
  })
  assert.equal(status, 200)
  assert.match(body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  assert.equal(
    JSON.stringify(body),
    JSON.stringify({
      id: body.id,
      dataset_id: dataset,
      name: 'Damaged windshields',
      created_at: body.created_at,
      created_by: { user_id: owner.id, email: owner.email, name: owner.name },
      filters: { entity_type: 'IMAGES', threshold: '0', caption: null, vql: [] },
      stats: { n_images: -1, n_objects: -1, n_video_frames: -1 },
      monitoring_enabled: true,
      monitoring_started_at: body.created_at,
      alerting_enabled: true,
      total_results: 0,
      last_results: null,
    }),
  )
  assert.deepEqual((await call(viewer, `${dataset}/views/${body.id}`)).body, body)
})

test('filters come back as they were sent', async () => {
  const items = [{ id: 'mine', ...car }, { any_of: [[car], [{ not: [car] }]] }]
  const query = `entity_type=OBJECTS&threshold=0.75&caption=${encodeURIComponent('red -"big car"')}&${vql(...items)}`
  assert.deepEqual((await saved('filters', query)).filters, {
    entity_type: 'OBJECTS',
    threshold: '0.75',
    caption: 'red -"big car"',
    vql: items,
  })
})

test('a bad filter or name is a 422 that names it', async () => {
  const sentence = async (query: string, name = 'x') => {
    const { status, body } = await save(name, query)
    assert.equal(status, 422, JSON.stringify(body))
    return body.detail
  }
  assert.match(await sentence(vql({ labels: {} })), /^vql\[0\]\.labels\.op is required/)
  assert.match(await sentence(`vql=${'x'.repeat(100_000)}`), /^vql has 100000 bytes; at most 65536/)
  assert.match(await sentence('entity_type=CATS'), /'entity_type' .*IMAGES, OBJECTS, VIDEOS/)
  assert.match(await sentence('threshold=2'), /'threshold' must be <= 1/)
  assert.match(await sentence('threshold=high'), /'threshold' must be a number/)
  assert.match(await sentence('caption=%22open'), /^caption has a fault at character 1/)
  assert.match(await sentence('caption=a%00'), /^caption must not contain U\+0000/)
  const many = Array(20).fill({ text: { op: 'fts', value: 'a '.repeat(20) } })
  assert.match(await sentence(vql(...many)), /^The filter compares 401 values; at most 300/)
  assert.match(await sentence('', '   '), /^A name has 1 to 200 characters; this one has 0/)
  assert.match(await sentence('', '😀'.repeat(201)), /this one has 201/)
  for (const name of ['two\nlines', '\x1b[2Jcleared', 'a\u2028b', 'a\0b'])
    assert.equal(await sentence('', name), 'A name is one line of text without control characters.')
  assert.equal((await save('😀'.repeat(200))).status, 200)
  assert.match(
    (await call(owner, `${dataset}/views`, { method: 'POST', body: new URLSearchParams() })).body.detail,
    /'name' is required/,
  )
})

test('of two views with one name one is saved, the other is a 409', async () => {
  const both = await Promise.all(['raced', ' raced'].map(name => save(name)))
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
  const other = await seedDataset(app, [owner])
  assert.equal((await save('raced', '', { to: other })).status, 200)
})

test('views are listed newest first, more than a page of them', async () => {
  const other = await seedDataset(app, [owner])
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.unshift((await save(`first ${n}`, '', { to: other })).body.id)
  await app.db.query(sql`
    insert into views (dataset_id, name, entity_type, monitored_from_seq, created_at)
    select ${other}, 'old ' || n, 'IMAGES', 0, '2020-01-01' from generate_series(1, 250) n`)
  const { body, type } = await call(owner, `${other}/views`)
  assert.equal(type, 'application/json; charset=utf-8')
  const listed: View[] = body.views
  assert.deepEqual(
    listed.slice(0, 3).map(view => view.id),
    ids,
  )
  assert.equal(new Set(listed.map(view => view.id)).size, 253)
  assert.equal(listed[100]!.created_by, null)
  assert.deepEqual((await call(owner, `${await seedDataset(app, [owner])}/views`)).body, { views: [] })
})

test('each view and each return to monitoring takes the next place in the order of events', async () => {
  const seqOf = async (id: string) =>
    (
      await app.db.query<{ seq: number }>(sql`select monitored_from_seq as seq from views where id = ${id}`)
    )[0]!.seq
  const first = await saved('order 1')
  const second = await saved('order 2')
  assert.ok((await seqOf(second.id)) > (await seqOf(first.id)))
  const path = `${dataset}/views/${first.id}/monitoring`
  const kept = await post(path, { request: { enabled: true } })
  assert.deepEqual(kept.body, {
    monitoring_enabled: true,
    monitoring_started_at: first.monitoring_started_at,
  })
  assert.equal((await post(path, { request: { enabled: false } })).body.monitoring_enabled, false)
  const again = await post(path, { request: { enabled: true } })
  assert.equal(again.body.monitoring_enabled, true)
  assert.ok(again.body.monitoring_started_at > first.monitoring_started_at)
  assert.ok((await seqOf(first.id)) > (await seqOf(second.id)))
})

test('alerting is switched by {"request":{"enabled":…}}; a bare or unclear switch is a 422', async () => {
  const { id } = await saved('switch')
  const path = `${dataset}/views/${id}/alerting`
  assert.deepEqual((await post(path, { request: { enabled: false } })).body, { alerting_enabled: false })
  assert.equal((await call(owner, `${dataset}/views/${id}`)).body.alerting_enabled, false)
  for (const body of [{ enabled: true }, { request: { enabled: null } }, { request: { enabled: 'x' } }, {}])
    assert.equal((await post(path, body)).status, 422, JSON.stringify(body))
  assert.deepEqual((await post(path, { request: { enabled: true } })).body, { alerting_enabled: true })
})

test('without monitoring there is no trend and no alerting: 400', async () => {
  const { id } = await saved('unmonitored')
  const path = `${dataset}/views/${id}`
  await post(`${path}/monitoring`, { request: { enabled: false } })
  assert.equal((await call(owner, `${path}/trend`)).status, 400)
  assert.equal((await post(`${path}/alerting`, { request: { enabled: true } })).status, 400)
})

test('a trend has one point per evaluated batch, ascending, with the totals', async () => {
  const { id } = await saved('trend')
  const path = `${dataset}/views/${id}/trend`
  assert.deepEqual((await call(owner, path)).body, { points: [], total_results: 0, last_results: null })
  const batches = [randomUUID(), randomUUID()]
  await app.db.query(sql`
    insert into batches (id, dataset_id, created_at)
    select unnest(${batches}::uuid[]), ${dataset}, '2026-03-31'`)
  await app.db.query(sql`
    insert into trend_points (view_id, batch_id, "timestamp", count, cumulative)
    values (${id}, ${batches[1]}, '2026-03-31T02:00:00.5Z', 0, 7), (${id}, ${batches[0]}, '2026-03-31T01:00:00Z', 7, 7)`)
  await app.db.query(sql`
    update views set total_results = 7, last_results = '2026-03-31T01:00:00Z' where id = ${id}`)
  assert.equal(
    JSON.stringify((await call(viewer, path)).body),
    JSON.stringify({
      points: [
        { timestamp: '2026-03-31T01:00:00.000000', batch_id: batches[0], count: 7, cumulative: 7 },
        { timestamp: '2026-03-31T02:00:00.500000', batch_id: batches[1], count: 0, cumulative: 7 },
      ],
      total_results: 7,
      last_results: '2026-03-31T01:00:00.000000',
    }),
  )
})

test('a deleted view is gone with its trend, and answers 404 from then on', async () => {
  const { id } = await saved('deleted')
  const path = `${dataset}/views/${id}`
  const deleted = await call(viewer, path, { method: 'DELETE' })
  assert.deepEqual([deleted.status, deleted.body], [200, null])
  assert.match(deleted.type ?? '', /^application\/json/)
  assert.equal((await call(owner, path, { method: 'DELETE' })).status, 404)
  for (const route of ['', '/trend']) assert.equal((await call(owner, path + route)).status, 404)
  for (const route of ['/alerting', '/monitoring'])
    assert.equal((await post(path + route, { request: { enabled: true } })).status, 404)
})

test('past notifications outlive their view', async () => {
  const { id } = await saved('outlived')
  await raiseAlert(app, dataset, { viewName: 'outlived' })
  await app.db.query(sql`update alerts set view_id = ${id} where view_name = 'outlived'`)
  assert.equal((await call(owner, `${dataset}/views/${id}`, { method: 'DELETE' })).status, 200)
  const listed = await (await owner.api('/notifications')).json()
  assert.equal(listed.notifications[0].entity_id, id)
})

test('a view of one dataset is not found under another', async () => {
  const { id } = await saved('elsewhere')
  const other = await seedDataset(app, [owner])
  for (const route of ['', '/trend'])
    assert.equal((await call(owner, `${other}/views/${id}${route}`)).status, 404)
  for (const route of ['/alerting', '/monitoring'])
    assert.equal((await post(`${other}/views/${id}${route}`, { request: { enabled: false } })).status, 404)
  assert.equal((await call(owner, `${other}/views/${id}`, { method: 'DELETE' })).status, 404)
  assert.equal((await call(owner, `${dataset}/views/${id}`)).body.monitoring_enabled, true)
})

test('a stranger finds no dataset', async () => {
  const stranger = await app.user()
  assert.equal((await call(stranger, `${dataset}/views`)).status, 404)
  assert.equal((await save('x', '', { user: stranger })).status, 404)
  assert.equal((await save('by a viewer', '', { user: viewer })).status, 200)
})
