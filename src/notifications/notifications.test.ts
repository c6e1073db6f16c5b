import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { untilWaiting } from '../../test/support/locks.ts'

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user], 'Ice cream')

const json = async (path: string, init?: RequestInit) => {
  const answer = await user.api(path, init)
  return { status: answer.status, body: await answer.json() }
}

test('a notification has exactly the documented shape, in the documented order', async () => {
  await raiseAlert(app, dataset, { viewName: 'icecream', matched: [0, 1, 2] })
  const { body } = await json('/notifications?limit=5')
  assert.deepEqual(Object.keys(body), ['notifications', 'total', 'has_more'])
  const [first] = body.notifications
  assert.deepEqual(Object.keys(first), [
    'id',
    'user_id',
    'entity_type',
    'entity_id',
    'title',
    'message',
    'metadata',
    'dataset_id',
    'created_at',
    'read_at',
  ])
  assert.deepEqual(first.metadata, {
    batch_id: first.metadata.batch_id,
    is_alert: true,
    view_name: 'icecream',
    dataset_name: 'Ice cream',
    result_count: 3,
  })
  assert.equal(first.title, '')
  assert.equal(first.message, null)
  assert.equal(first.entity_type, 'saved_view')
  assert.equal(first.user_id, user.id)
  assert.match(first.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
})

test('marking as read answers 200 once and 404 ever after; read-all counts the rest', async () => {
  await raiseAlert(app, dataset, { viewName: 'second' })
  const before = (await json('/notifications/unread-count')).body.count
  const { body } = await json('/notifications')
  const id = body.notifications[0].id
  const two = await Promise.all([1, 2].map(() => json(`/notifications/${id}/read`, { method: 'POST' })))
  assert.deepEqual(two.map(({ status }) => status).sort(), [200, 404])
  assert.deepEqual((await json('/notifications/unread-count')).body, { count: before - 1 })
  assert.deepEqual((await json('/notifications/read-all', { method: 'POST' })).body, {
    ok: true,
    count: before - 1,
  })
  assert.deepEqual((await json('/notifications/unread-count')).body, { count: 0 })
  assert.deepEqual((await json('/notifications?unread_only=True')).body, {
    notifications: [],
    total: 0,
    has_more: false,
  })
})

test('a dataset that is absent filters to nothing', async () => {
  const nowhere = '00000000-0000-0000-0000-000000000000'
  assert.equal((await json(`/notifications?dataset_id=${nowhere}`)).body.total, 0)
  assert.equal((await json(`/notifications/unread-count?dataset_id=${nowhere}`)).body.count, 0)
  assert.equal(
    (await json(`/notifications/read-all?dataset_id=${nowhere}`, { method: 'POST' })).body.count,
    0,
  )
})

for (const query of [
  'limit=0',
  'limit=101',
  'limit=ten',
  'limit=',
  'offset=-1',
  'dataset_id=5',
  'unread_only=maybe',
])
  test(`?${query} is refused with a sentence`, async () => {
    const { status, body } = await json(`/notifications?${query}`)
    assert.equal(status, 422)
    assert.equal(typeof body.detail, 'string')
    assert.match(body.detail, new RegExp(query.split('=')[0]!))
  })

test('paging over limit and offset lists each notification once, newest first, and beyond the end nothing', async () => {
  for (let i = 0; i < 25; i++) await raiseAlert(app, dataset, { viewName: `view ${i}` })
  const total = (await json('/notifications')).body.total
  const ids: string[] = []
  const times: string[] = []
  for (let offset = 0, more = true; more; offset += 7) {
    const { body } = await json(`/notifications?limit=7&offset=${offset}`)
    for (const { id, created_at } of body.notifications) {
      ids.push(id)
      times.push(created_at)
    }
    assert.equal(body.total, total)
    more = body.has_more
  }
  assert.equal(new Set(ids).size, total)
  assert.deepEqual(times, times.toSorted().toReversed())
  const beyond = (await json(`/notifications?offset=${total}`)).body
  assert.deepEqual(beyond, { notifications: [], total, has_more: false })
})

test('nobody sees or marks what belongs to another user', async () => {
  const other = await app.user()
  const { body } = await json('/notifications?limit=1')
  const path = `/notifications/${body.notifications[0].id}`
  assert.equal(((await (await other.api('/notifications')).json()) as { total: number }).total, 0)
  assert.equal((await other.api(`${path}/read`, { method: 'POST' })).status, 404)
  assert.equal((await other.api(`${path}/matches`)).status, 404)
})

test('matches are the very items that were counted, with the reason, also after labels changed', async () => {
  await raiseAlert(app, dataset, {
    viewName: 'dark ones',
    matched: [1, 3],
    vql: [{ issues: { op: 'issue', value: 'dark' } }, { labels: { op: 'one_of', value: ['cup'] } }],
    items: 5,
  })
  const { body: list } = await json('/notifications?limit=1')
  const { body } = await json(`/notifications/${list.notifications[0].id}/matches`)
  assert.equal(body.total, 2)
  assert.equal(body.has_more, false)
  assert.deepEqual(
    body.matches.map((match: { file_name: string }) => match.file_name),
    ['1.png', '3.png'],
  )
  assert.deepEqual(body.matches[0].reasons, [
    { filter: { issues: { op: 'issue', value: 'dark' } }, score: 0.75 },
    { filter: { labels: { op: 'one_of', value: ['cup'] } }, score: null },
  ])
})

test('an alert whose items are gone still says how many it counted, and promises no further page', async () => {
  const gone = await seedDataset(app, [user], 'Gone')
  await raiseAlert(app, gone, { matched: [0, 1, 2], items: 3 })
  const { body: list } = await json('/notifications?limit=1')
  await user.api(`/dataset/${gone}`, { method: 'DELETE' })
  const { body } = await json(`/notifications/${list.notifications[0].id}/matches?limit=1`)
  const { filters, ...rest } = body
  assert.deepEqual(rest, { matches: [], total: 3, has_more: false })
  assert.equal(filters.entity_type, 'IMAGES')
})

test('read-all takes the rows in the order of the log, so that no two calls wait for each other in a circle', {
  skip: !process.env.BELFRY_TEST_DATABASE_URL && 'needs two connections',
}, async () => {
  const reader = await app.user()
  const own = await seedDataset(app, [reader])
  for (let i = 0; i < 3; i++) await raiseAlert(app, own)
  const rows = await app.db.query<{ seq: number }>(sql`
    select seq from notifications where user_id = ${reader.id} order by seq`)
  const [first, last] = [rows[0]!.seq, rows[2]!.seq]
  // Writing the first row again puts it behind the others in the table.
  for (const readAt of [new Date(), null])
    await app.db.query(sql`update notifications set read_at = ${readAt} where seq = ${first}`)
  let reading: Promise<Response> | undefined
  await app.db.transaction(async tx => {
    await tx.query(sql`select from notifications where seq = ${first} for update`)
    reading = reader.api('/notifications/read-all', { method: 'POST' })
    await untilWaiting(app.db) // read-all, for the first row
    await tx.query(sql`select from notifications where seq = ${last} for update nowait`)
  })
  assert.deepEqual(await (await reading!).json(), { ok: true, count: 3 })
})
