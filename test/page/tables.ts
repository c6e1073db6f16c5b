// Every row of the page's tables of parameters, fields and response codes.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../support/alerts.ts'
import { signToken, testApp } from '../support/app.ts'
import { takeRows } from './page.ts'
import { ann, app, ask, library, newestId, raise, viewId } from './setting.ts'

const other = await seedDataset(app, [ann], 'Soup')
const listed = async (query: string) => (await ask(query)).body.notifications as Record<string, unknown>[]

/** Runs a check for each row, and fails when a row has none or a check has no row. */
async function checkRows(rows: Map<string, string[]>, checks: Record<string, Check>) {
  assert.deepEqual([...rows.keys()].sort(), Object.keys(checks).sort())
  for (const [name, cells] of rows) await checks[name]!(cells)
}
type Check = (cells: string[]) => void | Promise<void>

test('the parameters of the list', async () => {
  await raise(30)
  await raiseAlert(app, other)
  await ask(`/${await newestId()}/read`, 'POST')
  await checkRows(takeRows('List Notifications', 'Parameter'), {
    async limit([, , fallback, description]) {
      const [, least, most] = /\((\d+)–(\d+)\)/.exec(description!)!
      assert.equal((await listed('')).length, Number(fallback!.replaceAll('`', '')))
      assert.equal((await listed(`?limit=${least}`)).length, 1)
      assert.equal((await ask(`?limit=${most}`)).status, 200)
      for (const wrong of [Number(least) - 1, Number(most) + 1, 'many', '1.5', ''])
        assert.equal((await ask(`?limit=${wrong}`)).status, 422, `limit=${wrong}`)
    },
    async offset() {
      const [first, second] = await listed('?limit=2')
      assert.deepEqual(await listed('?limit=1&offset=0'), [first])
      assert.deepEqual(await listed('?limit=1&offset=1'), [second])
      const beyond = await ask('?offset=100000')
      assert.deepEqual([beyond.body.notifications, beyond.body.has_more], [[], false])
      for (const wrong of ['-1', 'two']) assert.equal((await ask(`?offset=${wrong}`)).status, 422)
    },
    async unread_only() {
      assert.ok((await listed('')).some(({ read_at }) => read_at !== null))
      assert.ok((await listed('?unread_only=false')).some(({ read_at }) => read_at !== null))
      for (const yes of ['true', 'True', '1', 'yes', 'ON'])
        assert.ok((await listed(`?unread_only=${yes}&limit=100`)).every(({ read_at }) => read_at === null))
      assert.equal((await ask('?unread_only=perhaps')).status, 422)
    },
    async dataset_id() {
      const all = new Set((await listed('?limit=100')).map(({ dataset_id }) => dataset_id))
      assert.ok(all.has(library.id) && all.has(other))
      assert.deepEqual(
        (await listed(`?dataset_id=${other}`)).map(n => n.dataset_id),
        [other],
      )
      assert.deepEqual(await listed(`?dataset_id=${randomUUID()}`), [])
      assert.equal((await ask('?dataset_id=soup')).status, 422)
    },
  })
})

test('the fields of a notification', async () => {
  const [unread] = await listed('?unread_only=true&limit=1')
  await ask(`/${unread!.id}/read`, 'POST')
  const read = (await listed('?limit=100')).find(({ id }) => id === unread!.id)
  const rows = takeRows('List Notifications', 'Field')
  assert.deepEqual(Object.keys(unread!), [...rows.keys()])
  const forms: Record<string, RegExp> = {
    UUID: /^"[0-9a-f-]{36}"$/,
    string: /^"/,
    object: /^\{/,
    datetime: /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"$/,
  }
  for (const [name, [, type]] of rows) {
    const form = forms[type!.replace(' or null', '')]!
    for (const notification of [unread!, read!]) {
      const text = JSON.stringify(notification[name])
      if (!(type!.endsWith('or null') && text === 'null')) assert.match(text, form, name)
    }
  }
  assert.notEqual(read!.read_at, null)
})

test('the parameter of unread-count', async () => {
  await raiseAlert(app, other)
  await checkRows(takeRows('Get Unread Count', 'Parameter'), {
    async dataset_id() {
      const [all, some] = [await ask('/unread-count'), await ask(`/unread-count?dataset_id=${other}`)]
      assert.equal(some.body.count, (await listed(`?unread_only=true&dataset_id=${other}`)).length)
      assert.ok(all.body.count > some.body.count)
      assert.deepEqual((await ask(`/unread-count?dataset_id=${randomUUID()}`)).body, { count: 0 })
      assert.equal((await ask('/unread-count?dataset_id=1')).status, 422)
    },
  })
})

test('the parameter of mark-as-read', async () => {
  await checkRows(takeRows('Mark Notification as Read', 'Parameter'), {
    async notification_id() {
      const id = await newestId()
      const { body: before } = await ask('/unread-count')
      assert.deepEqual(await ask(`/${id}/read`, 'POST'), { status: 200, body: { ok: true } })
      assert.equal((await ask('/unread-count')).body.count, before.count - 1)
      assert.equal((await ask('/not-a-uuid/read', 'POST')).status, 422)
    },
  })
})

test('the parameter of read-all', async () => {
  await checkRows(takeRows('Mark All Notifications as Read', 'Parameter'), {
    async dataset_id() {
      const unread = (await listed(`?unread_only=true&dataset_id=${other}`)).length
      const scoped = await ask(`/read-all?dataset_id=${other}`, 'POST')
      assert.deepEqual(scoped.body, { ok: true, count: unread })
      const { body: rest } = await ask('/unread-count')
      assert.ok(rest.count > 0)
      assert.deepEqual((await ask('/read-all', 'POST')).body, { ok: true, count: rest.count })
      assert.equal((await ask('/read-all?dataset_id=1', 'POST')).status, 422)
    },
  })
})

test('the response codes', async () => {
  await raise()
  const id = await newestId()
  const bob = await app.user('bob')
  const asks = (user: typeof bob, path: string, init: RequestInit = {}) =>
    user.api(`/notifications${path}`, init)
  const detailOf = async (response: Response) => ((await response.json()) as { detail: string }).detail
  await checkRows(takeRows('Response Codes', 'HTTP Code'), {
    async 200() {
      assert.equal((await asks(ann, '')).status, 200)
    },
    async 401() {
      const expired = await signToken(ann.apiKey, ann.apiSecret, -60)
      for (const authorization of ['Bearer nonsense', `Bearer ${expired}`, '']) {
        const refused = await asks(ann, '', { headers: { authorization } })
        assert.equal(refused.status, 401)
        assert.equal(refused.headers.get('www-authenticate'), 'Bearer')
        assert.match(await detailOf(refused), /\w/)
      }
    },
    async 404() {
      const read = (user: typeof bob, which: string) => asks(user, `/${which}/read`, { method: 'POST' })
      const absent = await read(ann, randomUUID())
      const anothers = await read(bob, id)
      assert.equal((await read(ann, id)).status, 200)
      const again = await read(ann, id)
      assert.deepEqual([absent.status, anothers.status, again.status], [404, 404, 404])
      const details = new Set([await detailOf(absent), await detailOf(anothers), await detailOf(again)])
      assert.equal(details.size, 1, 'the three cases cannot be told apart')
    },
    async 422([, , cause]) {
      assert.match(cause!, /`limit` exceeding 100/)
      const refused = await asks(ann, '?limit=101')
      assert.equal(refused.status, 422)
      assert.match(await detailOf(refused), /'limit'.*100/)
    },
    async 500() {
      const broken = await testApp({ env: { BELFRY_LOG_LEVEL: 'silent' } })
      const user = await broken.user('ann')
      await broken.db.query(sql`drop table alerts cascade`)
      const failed = await user.api('/notifications')
      assert.equal(failed.status, 500)
      const detail = await detailOf(failed)
      assert.ok(detail.includes(failed.headers.get('x-request-id')!), detail)
      assert.doesNotMatch(detail, /alerts|relation|select/)
    },
  })
})

test('a notification names the view it came from', async () => {
  const real = (await listed('?limit=100')).filter(({ entity_id }) => entity_id === viewId)
  assert.ok(real.length > 0)
  assert.ok(real.every(({ entity_type }) => entity_type === 'saved_view'))
})
