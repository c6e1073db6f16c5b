// Changing a password, and forgetting another's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '../../test/support/app.ts'
import { openStream } from '../../test/support/stream.ts'
import { createUser } from './users.ts'

const app = await testApp()
const admin = await app.user('admin', { isAdmin: true })

const first = 'correct horse'
const second = 'battery staple'
let people = 0
async function person() {
  const email = `person-${++people}@example.com`
  const { user } = await createUser(app.db, { email, name: 'A person', password: first })
  return { id: user.id, email }
}
const send = (path: string, method: string, body: unknown, cookie = '') =>
  fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
const signIn = async (email: string, password: string) => {
  const answer = await send('/auth/login', 'POST', { email, password })
  return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}
const change = (cookie: string, body: object) => send('/auth/password', 'POST', body, cookie)
const me = async (cookie: string) => {
  const answer = await fetch(`${app.url}/api/v1/me`, { headers: { cookie } })
  return { status: answer.status, ...((await answer.json()) as { has_password: boolean }) }
}

test('a new password takes the current one, and ends the sessions of other browsers with their streams', async () => {
  const { email } = await person()
  const [here, elsewhere] = [await signIn(email, first), await signIn(email, first)]
  const stream = await openStream({
    api: (path, init = {}) =>
      fetch(`${app.url}/api/v1${path}`, { ...init, headers: { ...init.headers, cookie: elsewhere.cookie } }),
  })
  const wrong = await change(here.cookie, { current_password: second, new_password: second })
  assert.deepEqual([wrong.status, await wrong.json()], [403, { detail: 'The current password is wrong.' }])
  assert.equal(
    (await change(here.cookie, { new_password: second })).status,
    403,
    'none is not the current one',
  )
  assert.equal((await change(here.cookie, { current_password: first, new_password: 'short' })).status, 422)
  assert.equal((await me(elsewhere.cookie)).status, 200)

  const changed = await change(here.cookie, { current_password: first, new_password: second })
  assert.equal(changed.status, 200, await changed.clone().text())
  await stream.ended()
  assert.equal((await me(elsewhere.cookie)).status, 401)
  assert.equal((await me(here.cookie)).status, 200)
  assert.equal((await signIn(email, first)).status, 401)
  assert.equal((await signIn(email, second)).status, 200)
})

test('of two changes at once one wins, and the other is told', async () => {
  const { email } = await person()
  const sessions = [await signIn(email, first), await signIn(email, first)]
  const answers = await Promise.all(
    sessions.map(({ cookie }, i) =>
      change(cookie, { current_password: first, new_password: `${second} ${i}` }),
    ),
  )
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter(status => status === 200).length, 1, `${statuses}`)
  assert.equal((await signIn(email, `${second} ${statuses.indexOf(200)}`)).status, 200)
})

test('who guesses the current password is slowed down', async () => {
  const { email } = await person()
  const { cookie } = await signIn(email, first)
  const statuses: number[] = []
  for (let i = 0; i < 11; i++)
    statuses.push((await change(cookie, { current_password: `guess ${i}`, new_password: second })).status)
  assert.deepEqual(statuses, [...Array(10).fill(403), 429])
})

test('a forgotten password is forgotten here too: a link is the way in, and its holder sets another', async () => {
  const { id, email } = await person()
  const before = await signIn(email, first)
  assert.equal((await admin.api(`/users/${id}/password`, { method: 'DELETE' })).status, 200)
  assert.equal((await me(before.cookie)).status, 401)
  assert.equal((await signIn(email, first)).status, 401)
  const made = await admin.api(`/users/${id}/sign_in_link`, { method: 'POST' })
  const { path } = (await made.json()) as { path: string }
  const opened = await send('/auth/link', 'POST', { token: path.split('#')[1] })
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
  assert.equal((await me(cookie)).has_password, false)
  assert.equal((await change(cookie, { new_password: second })).status, 200)
  assert.equal((await me(cookie)).has_password, true)
  assert.equal((await signIn(email, second)).status, 200)
  const nobody = await admin.api(`/users/${crypto.randomUUID()}/password`, { method: 'DELETE' })
  assert.equal(nobody.status, 404)
})

test('an API key changes no password; administrators see the accounts, page by page', async () => {
  const user = await app.user()
  const tried = await user.api('/auth/password', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ new_password: second }),
  })
  assert.equal(tried.status, 403)
  const emails: string[] = []
  for (let offset = 0, more = true; more; offset += 2) {
    const answer = await admin.api(`/users?limit=2&offset=${offset}`)
    const { users, has_more, total } = (await answer.json()) as {
      users: { email: string }[]
      has_more: boolean
      total: number
    }
    emails.push(...users.map(({ email }) => email))
    more = has_more
    if (!more) assert.equal(emails.length, total)
  }
  assert.deepEqual(emails, emails.toSorted())
  assert.ok(emails.includes(user.email))
})
