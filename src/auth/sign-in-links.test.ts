import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'
import { firstRunKeyOf, setupKeyOf } from './credentials.ts'

const app = await testApp()

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const account = { email: 'ann@example.com', name: 'Ann', password: 'correct horse' }

test('of two who open the link of the first start, one becomes the administrator', async () => {
  const key = firstRunKeyOf(app.app.serverKey)
  const tries = await Promise.all(
    ['ann', 'eve'].map(name => post('/auth/first-run', { ...account, key, email: `${name}@example.com` })),
  )
  assert.deepEqual(tries.map(({ status }) => status).sort(), [200, 409])
  const made = tries.find(({ status }) => status === 200)!
  assert.match(made.headers.get('set-cookie') ?? '', /^SESSION=.*HttpOnly/)
  assert.equal(((await made.json()) as { is_admin: boolean }).is_admin, true)
})

async function linkFor(userId: string): Promise<string> {
  const made = await post(`/users/${userId}/sign_in_link`, undefined, {
    'x-belfry-setup-key': setupKeyOf(app.app.serverKey),
  })
  assert.equal(made.status, 200, await made.clone().text())
  return ((await made.json()) as { path: string }).path.split('#')[1]!
}

test('a link signs its user in for one of two who use it at once, and never later', async () => {
  const user = await app.user('bob')
  const token = await linkFor(user.id)
  const uses = await Promise.all([1, 2].map(() => post('/auth/link', { token })))
  assert.deepEqual(uses.map(({ status }) => status).sort(), [200, 401])
  const cookie = uses
    .find(({ status }) => status === 200)!
    .headers.get('set-cookie')!
    .split(';')[0]!
  const me = await fetch(`${app.url}/api/v1/me`, { headers: { cookie } })
  assert.equal(((await me.json()) as { email: string }).email, user.email)
  assert.equal((await post('/auth/link', { token })).status, 401)
})

test('a link ends with its time, with its user, and when five newer ones are made', async () => {
  const user = await app.user('carol')
  const expired = await linkFor(user.id)
  await app.db.query(sql`update sign_in_links set expires_at = now() where user_id = ${user.id}`)
  assert.equal((await post('/auth/link', { token: expired })).status, 401)

  const first = await linkFor(user.id)
  const newer: string[] = []
  for (let i = 0; i < 5; i++) newer.push(await linkFor(user.id))
  assert.equal((await post('/auth/link', { token: first })).status, 401)
  await app.db.query(sql`delete from users where id = ${user.id}`)
  assert.equal((await post('/auth/link', { token: newer[0] })).status, 401)
})

test('another site cannot sign a browser in with its own link', async () => {
  const user = await app.user('mallory')
  const token = await linkFor(user.id)
  const answer = await post('/auth/link', { token }, { origin: 'https://evil.example' })
  assert.equal(answer.status, 403)
  assert.equal(answer.headers.get('set-cookie'), null)
})
