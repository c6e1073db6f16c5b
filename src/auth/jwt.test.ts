import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type JWTPayload, SignJWT } from 'jose'
import { Problem } from '../lib/problems.ts'
import { tokenVerifier, verifyToken } from './jwt.ts'

const now = new Date('2026-03-31T17:00:00Z')
const seconds = now.getTime() / 1000
const secretOf = (apiKey: string) => `the secret of ${apiKey}`

/** A good token, unless told otherwise. */
function sign(
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
  secret = secretOf('bk_1'),
): Promise<string> {
  return new SignJWT({ sub: 'bk_1', iss: 'sdk', iat: seconds, exp: seconds + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'bk_1', ...header })
    .sign(new TextEncoder().encode(secret))
}

async function refusal(token: string, at = now): Promise<string> {
  const problem = await verifyToken(token, secretOf, at).then(
    () => assert.fail('the token was accepted'),
    error => error,
  )
  assert.ok(problem instanceof Problem, String(problem))
  assert.equal(problem.status, 401)
  assert.deepEqual(problem.headers, { 'www-authenticate': 'Bearer' })
  return problem.message
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = { sub: 'bk_1', iss: 'sdk', iat: seconds, exp: seconds + 3600 }

test('a documented token is accepted, and says whose it is and until when', async () => {
  assert.deepEqual(await verifyToken(await sign(), secretOf, now), {
    apiKey: 'bk_1',
    expires: seconds + 3600,
  })
})

test('each fault has its own sentence', async () => {
  const faults: [string, string][] = [
    ['alg none', `${encode({ alg: 'none', kid: 'bk_1' })}.${encode(claims)}.`],
    ['no kid', await sign({}, { kid: undefined })],
    ['sub is not kid', await sign({ sub: 'bk_2' })],
    ['no sub', await sign({ sub: undefined })],
    ['wrong iss', await sign({ iss: 'somebody' })],
    ['no exp', await sign({ exp: undefined })],
    ['no iat', await sign({ iat: undefined })],
    ['expired', await sign({ iat: seconds - 3600, exp: seconds - 31 })],
    ['issued in the future', await sign({ iat: seconds + 31 })],
    ['lives 25 hours', await sign({ exp: seconds + 25 * 3600 })],
    ['another secret', await sign({}, {}, 'guessed')],
    ['not yet valid', await sign({ nbf: seconds + 3600 })],
    ['no JWT', 'abc'],
    ['too long', `${await sign()}${'x'.repeat(5000)}`],
  ]
  const sentences = new Map<string, string>()
  for (const [fault, token] of faults) {
    const sentence = await refusal(token)
    // Claims that are missing and claims that are wrong are mended alike.
    if (fault !== 'no sub') assert.equal(sentences.get(sentence), undefined, `${fault}: ${sentence}`)
    sentences.set(sentence, fault)
    assert.match(sentence, /\.$/)
  }
})

test('an asymmetric algorithm is refused, also one whose key the client chose', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'bk_1' }).sign(privateKey)
  assert.equal(await refusal(rs256), "The token's 'alg' must be HS256.")
  const hs512 = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS512', kid: 'bk_1' })
    .sign(Buffer.alloc(64, 1))
  assert.equal(await refusal(hs512), "The token's 'alg' must be HS256.")
})

test("one key's signature does not open another key, whatever kid and sub say", async () => {
  const token = await sign({ sub: 'bk_2' }, { kid: 'bk_2' }, secretOf('bk_1'))
  assert.match(await refusal(token), /signature does not fit/)
})

test('clocks may differ by 30 seconds, and a token may live for exactly a day', async () => {
  await verifyToken(await sign({ iat: seconds - 3600, exp: seconds - 29 }), secretOf, now)
  await verifyToken(await sign({ iat: seconds + 29 }), secretOf, now)
  await verifyToken(await sign({ exp: seconds + 24 * 3600 }), secretOf, now)
})

test('claims of the wrong type are refused, infinite ones too', async () => {
  assert.match(await refusal(await sign({ iat: 'now' as never })), /'iat'/)
  assert.match(await refusal(await sign({ exp: 'later' as never })), /'exp'/)
  const header = encode({ alg: 'HS256', kid: 'bk_1' })
  const payload = Buffer.from(`{"sub":"bk_1","iss":"sdk","iat":-1e999,"exp":1e999}`).toString('base64url')
  const signature = createHmac('sha256', secretOf('bk_1')).update(`${header}.${payload}`).digest('base64url')
  assert.match(await refusal(`${header}.${payload}.${signature}`), /24 hours/)
})

test('a remembered token still expires, and memory does not make a bad one good', async () => {
  const verify = tokenVerifier(secretOf)
  const token = await sign()
  await verify(token, now)
  await verify(token, now)
  await assert.rejects(verify(token, new Date(now.getTime() + 3631_000)), /expired/)
  const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(32).toString('base64url')}`
  await assert.rejects(verify(forged, now), /signature does not fit/)
})
