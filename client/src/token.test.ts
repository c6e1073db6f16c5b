import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { signingSource, signToken, tokenLifetimeSeconds } from './token.ts'

test('a token is what a JWT library expects, also with letters beyond ASCII', async () => {
  const token = await signToken('bk_ключ', 'secret-🔔', 1_800_000_000_500)
  const { payload } = await jwtVerify(token, new TextEncoder().encode('secret-🔔'), {
    algorithms: ['HS256'],
    currentDate: new Date(1_800_000_000_500),
  })
  assert.deepEqual(payload, {
    sub: 'bk_ключ',
    iat: 1_800_000_000,
    exp: 1_800_000_000 + tokenLifetimeSeconds,
    iss: 'sdk',
  })
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT', kid: 'bk_ключ' })
})

test('a token is signed once, and again before it expires', async () => {
  let nowMs = 1_800_000_000_000
  const token = signingSource('key', 'secret', () => nowMs)
  const first = await token()
  nowMs += (tokenLifetimeSeconds - 61) * 1000
  assert.equal(await token(), first)
  nowMs += 1000
  assert.notEqual(await token(), first)
})
