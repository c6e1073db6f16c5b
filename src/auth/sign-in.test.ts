import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'
import { createUser } from './users.ts'

const origin = 'https://app.example.com'
let email: string
const password = 'correct horse'

const app = await testApp({ env: { BELFRY_ORIGINS: origin } })

let people = 0
beforeEach(async () => {
  email = `person-${++people}@example.com`
  await createUser(app.db, { email, name: 'A person', password })
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const detail = async (answer: Response) => ((await answer.json()) as { detail: string }).detail

async function signIn(headers: Record<string, string> = {}) {
  const answer = await post('/auth/login', { email, password }, headers)
  assert.equal(answer.status, 200, await answer.clone().text())
  const header = answer.headers.get('set-cookie')!
  return { answer, header, cookie: header.split(';')[0]! }
}
const me = (cookie: string) => fetch(`${app.url}/api/v1/me`, { headers: { cookie } })

test('signing in sets a cookie which scripts cannot read, and which does what a token does', async () => {
  const { answer, header, cookie } = await signIn()
  assert.match(header, /^SESSION=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/)
  const user = (await answer.json()) as { email: string }
  assert.deepEqual(Object.keys(user), ['user_id', 'email', 'name', 'is_admin', 'has_password', 'created_at'])
  assert.deepEqual(await (await me(cookie)).json(), user)
  const { headers } = await fetch(`${app.url}/api/v1/me`, { headers: { cookie, origin } })
  assert.equal(headers.get('access-control-allow-origin'), origin)
  assert.equal(headers.get('access-control-allow-credentials'), 'true')
})

test('the database keeps no cookie, only its hash', async () => {
  const { cookie } = await signIn()
  const stored = await app.db.query<{ token_hash: Buffer }>(sql`select token_hash from sessions`)
  assert.ok(stored.length > 0)
  for (const { token_hash } of stored)
    assert.ok(![token_hash.toString('base64url'), token_hash.toString()].includes(cookie.split('=')[1]!))
})

test('behind an https address the cookie is Secure', async () => {
  const secure = await testApp({ env: { BELFRY_PUBLIC_URL: 'https://belfry.example.com' } })
  await createUser(secure.db, { email, name: 'A person', password })
  const answer = await fetch(`${secure.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  assert.match(answer.headers.get('set-cookie')!, /; Secure/)
})

test('a wrong password, an unknown email and an account without a password get the same answer', async () => {
  const keyOnly = await app.user()
  const answers = [
    await post('/auth/login', { email, password: 'wrong' }),
    await post('/auth/login', { email: 'nobody@example.com', password }),
    await post('/auth/login', { email: keyOnly.email, password }),
  ]
  for (const answer of answers) {
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    assert.equal(await detail(answer), 'The email or the password is wrong.')
    assert.equal(answer.headers.get('set-cookie'), null)
  }
})

test('guessing passwords of one account is slowed down, for that account only', async () => {
  const statuses: number[] = []
  for (let attempt = 0; attempt < 11; attempt++)
    statuses.push((await post('/auth/login', { email: `guessed-${email}`, password: 'wrong' })).status)
  assert.deepEqual(statuses, [...Array(10).fill(401), 429])
  const refused = await post('/auth/login', { email: `GUESSED-${email}`, password })
  assert.match(await detail(refused), /^Too many attempts to sign in\. Try again in \d+ seconds\.$/)
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  await signIn()
})

test('signing out ends the session for good', async () => {
  const { cookie } = await signIn()
  const answer = await post('/auth/logout', {}, { cookie })
  assert.equal(answer.status, 200)
  assert.equal(await answer.text(), 'null')
  assert.match(answer.headers.get('set-cookie')!, /^SESSION=; .*Expires=Thu, 01 Jan 1970/)
  const refused = await me(cookie)
  assert.equal(refused.status, 401)
  assert.equal(await detail(refused), 'The session has ended; sign in again.')
})

test('a session ends after its days, and the oldest when there are too many', async () => {
  const { cookie: expired } = await signIn()
  await app.db.query(sql`
    update sessions set expires_at = clock_timestamp() where user_id = (select id from users where email = ${email})`)
  assert.equal((await me(expired)).status, 401)

  const { cookie: oldest } = await signIn()
  await app.db.query(sql`
    insert into sessions (token_hash, user_id, expires_at)
    select sha256(n::text::bytea), id, clock_timestamp() + interval '1 day'
    from users, generate_series(1, 19) n where email = ${email}`)
  assert.equal((await me(oldest)).status, 200)
  await signIn()
  assert.equal((await me(oldest)).status, 401)
  const [row] = await app.db.query<{ n: number }>(sql`
    select count(*) as n from sessions join users on users.id = user_id where email = ${email}`)
  assert.equal(row!.n, 20)
})

test('another site cannot act with the cookie, nor sign anybody in', async () => {
  const { cookie } = await signIn()
  const rotate = (headers: Record<string, string>) => post('/api_credentials/rotate', {}, headers)
  const evil = { origin: 'https://evil.example' }
  for (const headers of [evil, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    const refused = await rotate({ cookie, ...headers } as Record<string, string>)
    assert.equal(refused.status, 403)
    assert.match(await detail(refused), /came from another site/)
  }
  assert.equal((await post('/auth/login', { email, password }, evil)).status, 403)
  assert.equal((await post('/auth/logout', {}, { cookie, ...evil })).status, 403)

  assert.equal((await rotate({ cookie })).status, 200)
  assert.equal((await rotate({ cookie, origin: app.url })).status, 200)
  assert.equal((await rotate({ cookie, origin, 'sec-fetch-site': 'cross-site' })).status, 200)
})

test('another site cannot read the secret of a new key, but may link to what changes nothing', async () => {
  const { cookie } = await signIn()
  const get = (path: string) =>
    fetch(`${app.url}/api/v1${path}`, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
  assert.equal((await get('/api_credentials')).status, 403)
  assert.equal((await get('/me')).status, 200)
})

test('a token counts before the cookie, and needs no origin', async () => {
  const { cookie } = await signIn()
  const user = await app.user()
  const answer = await user.api('/me', { headers: { cookie, origin: 'https://evil.example' } })
  assert.equal(((await answer.json()) as { user_id: string }).user_id, user.id)
  const rotated = await user.api('/api_credentials/rotate', {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  })
  assert.equal(rotated.status, 200)
  const bad = await fetch(`${app.url}/api/v1/me`, { headers: { cookie, authorization: 'Basic abc' } })
  assert.equal(bad.status, 401)
})
