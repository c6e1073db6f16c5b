import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { signToken, testApp } from '../../test/support/app.ts'
import { openStream } from '../../test/support/stream.ts'
import { setupKeyOf } from './credentials.ts'

interface Made {
  user_id: string
  email: string
  is_admin: boolean
  api_key: string
  api_secret: string
  detail: string
}

const app = await testApp()

const makeUser = async (body: object, headers: Record<string, string>) => {
  const answer = await fetch(`${app.url}/api/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, ...((await answer.json()) as Made) }
}
const withSetupKey = () => ({ 'x-belfry-setup-key': setupKeyOf(app.app.serverKey) })
const as = async ({ api_key, api_secret }: Made) => {
  const authorization = `Bearer ${await signToken(api_key, api_secret)}`
  return (path: string, init: RequestInit = {}) =>
    fetch(`${app.url}/api/v1${path}`, { ...init, headers: { authorization, ...init.headers } })
}
const liveKeys = async (userId: string) =>
  (await app.db.query(sql`select from api_keys where user_id = ${userId} and revoked_at is null`)).length

test('with the setup key the first account is made, an administrator, and only the first', async () => {
  const wrong = await makeUser({ email: 'a@example.com', name: 'A' }, { 'x-belfry-setup-key': 'guessed' })
  assert.equal(wrong.status, 401)
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      makeUser({ email: `racer-${n}@example.com`, name: 'Racer' }, withSetupKey()),
    ),
  )
  assert.ok(made.every(user => user.status === 200))
  assert.equal(made.filter(user => user.is_admin).length, 1)

  const [admin, other] = [made.find(user => user.is_admin)!, made.find(user => !user.is_admin)!]
  const me = await (await as(admin))('/me')
  assert.equal(((await me.json()) as Made).user_id, admin.user_id)
  const refused = await (await as(other))('/users', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'x@example.com', name: 'X' }),
  })
  assert.equal(refused.status, 403)
})

test('the setup key opens nothing else', async () => {
  for (const path of ['/me', '/datasets', '/api_credentials'])
    assert.equal((await fetch(`${app.url}/api/v1${path}`, { headers: withSetupKey() })).status, 401)
})

test('a taken email is a 409 in any case; what is no account is a 422', async () => {
  await makeUser({ email: 'Taken@example.com', name: 'T' }, withSetupKey())
  const taken = await makeUser({ email: 'taken@EXAMPLE.com', name: 'T' }, withSetupKey())
  assert.deepEqual(
    [taken.status, taken.detail],
    [409, 'A user with the email taken@EXAMPLE.com exists already.'],
  )
  for (const body of [
    { email: 'nobody', name: 'N' },
    { email: 'n@example.com', name: ' ' },
    { email: 'n@example.com', name: 'N', password: 'short' },
    { email: 'n@example.com' },
  ])
    assert.equal((await makeUser(body, withSetupKey())).status, 422, JSON.stringify(body))
})

test('a secret is shown once; rotating revokes the old pair at once', async () => {
  const made = await makeUser({ email: 'keys@example.com', name: 'K' }, withSetupKey())
  const asOld = await as(made)
  const shown = (await (await asOld('/api_credentials')).json()) as Made & { message: string }
  assert.deepEqual([shown.api_key, shown.api_secret], [made.api_key, null])
  assert.match(shown.message, /rotate/)

  const rotated = (await (await asOld('/api_credentials/rotate', { method: 'POST' })).json()) as Made
  assert.notEqual(rotated.api_key, made.api_key)
  const refused = await asOld('/me')
  assert.equal(refused.status, 401)
  assert.match(((await refused.json()) as Made).detail, /was revoked/)

  const asNew = await as(rotated)
  assert.equal((await asNew('/api_credentials', { method: 'DELETE' })).status, 200)
  assert.equal((await asNew('/me')).status, 401)
  assert.equal(await liveKeys(made.user_id), 0)
})

test('rotations that race leave one live key', async () => {
  const user = await app.user()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => user.api('/api_credentials/rotate', { method: 'POST' })),
  )
  // Whoever authenticated before the first rotation gets a key, whoever came after it a 401.
  const statuses = answers.map(answer => answer.status)
  assert.ok(statuses.includes(200) && statuses.every(status => [200, 401].includes(status)), String(statuses))
  assert.equal(await liveKeys(user.id), 1)
  const pairs = (await Promise.all(answers.filter(answer => answer.ok).map(a => a.json()))) as Made[]
  const works = await Promise.all(pairs.map(async pair => (await (await as(pair))('/me')).status))
  assert.equal(works.filter(status => status === 200).length, 1)
})

test('a key that is asked for twice at once is made once, its secret shown once', async () => {
  const user = await app.user()
  const session = await sessionOf(user.id)
  await user.api('/api_credentials', { method: 'DELETE' })
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      fetch(`${app.url}/api/v1/api_credentials`, { headers: { cookie: session } }),
    ),
  )
  const pairs = (await Promise.all(answers.map(answer => answer.json()))) as Made[]
  assert.equal(new Set(pairs.map(pair => pair.api_key)).size, 1)
  assert.equal(pairs.filter(pair => pair.api_secret).length, 1)
})

test('revoking a key ends its streams, and not those of others', async () => {
  const [user, other] = [await app.user(), await app.user()]
  const [stream, untouched] = [await openStream(user), await openStream(other)]
  await user.api('/api_credentials', { method: 'DELETE' })
  await stream.ended()
  assert.equal((await untouched.nextBlock())?.event, 'ping')
  untouched.close()
})

test('a deleted user is gone at once, with keys, sessions and streams', async () => {
  const [admin, user] = [await app.user(undefined, { isAdmin: true }), await app.user()]
  const cookie = await sessionOf(user.id)
  const stream = await openStream(user)
  const gone = await admin.api(`/users/${user.id.toUpperCase()}`, { method: 'DELETE' })
  assert.equal(gone.status, 200)
  await stream.ended()
  assert.equal((await user.api('/me')).status, 401)
  assert.equal((await fetch(`${app.url}/api/v1/me`, { headers: { cookie } })).status, 401)
  assert.equal((await admin.api(`/users/${user.id}`, { method: 'DELETE' })).status, 404)
})

test('nobody deletes their own account, and two administrators cannot delete each other', async () => {
  const admins = [await app.user(undefined, { isAdmin: true }), await app.user(undefined, { isAdmin: true })]
  const [one, two] = admins as [(typeof admins)[0], (typeof admins)[0]]
  assert.equal((await one.api(`/users/${one.id.toUpperCase()}`, { method: 'DELETE' })).status, 409)
  const answers = await Promise.all([
    one.api(`/users/${two.id}`, { method: 'DELETE' }),
    two.api(`/users/${one.id}`, { method: 'DELETE' }),
  ])
  assert.deepEqual(answers.map(answer => answer.status).sort(), [200, 401])
})

async function sessionOf(userId: string): Promise<string> {
  const token = `token of ${userId}`.replaceAll(' ', '-')
  await app.db.query(sql`
    insert into sessions (token_hash, user_id, expires_at)
    values (sha256(${token}::text::bytea), ${userId}, clock_timestamp() + interval '1 hour')`)
  return `SESSION=${token}`
}
