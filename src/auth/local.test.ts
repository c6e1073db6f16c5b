import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { testApp } from '../../test/support/app.ts'

const app = await testApp({ env: { BELFRY_AUTH: 'none' } })

/** fetch would not let a test choose Host. */
const status = (path: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<number>((done, failed) =>
    request(`${app.url}/api/v1${path}`, { method, headers }, answer => {
      answer.resume()
      done(answer.statusCode!)
    })
      .on('error', failed)
      .end(),
  )

test('without sign-in every request is the one local user, an administrator', async () => {
  const who = async (headers = {}) => (await fetch(`${app.url}/api/v1/me`, { headers })).json()
  const local = (await who()) as { user_id: string; is_admin: boolean }
  assert.equal(local.is_admin, true)
  assert.deepEqual(await who({ authorization: 'Bearer whatever' }), local)
  assert.deepEqual(await (await fetch(`${app.url}/api/v1/datasets`)).json(), [])
  const self = await fetch(`${app.url}/api/v1/users/${local.user_id}`, { method: 'DELETE' })
  assert.equal(self.status, 409)
})

test('pages of other sites cannot act as the local user', async () => {
  assert.equal(await status('/api_credentials/rotate', { origin: 'https://evil.example' }, 'POST'), 403)
  assert.equal(await status('/api_credentials/rotate', {}, 'POST'), 200)
})

test('a foreign name that points here (DNS rebinding) is not answered', async () => {
  assert.equal(await status('/me', { host: 'evil.example' }), 403)
  assert.equal(await status('/me', { host: 'localhost:1234' }), 200)
})
