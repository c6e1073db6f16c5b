import assert from 'node:assert/strict'
import { scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { fitsPassword, hashPassword } from './password.ts'

test('a password fits its own hash only, and two hashes of it differ', async () => {
  const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  assert.match(one, /^scrypt\$N=16384,r=8,p=5\$/)
  assert.notEqual(one, other)
  assert.ok(await fitsPassword('correct horse', one))
  assert.equal(await fitsPassword('correct horses', one), false)
})

test('the parameters of the hash count, not those of today', async () => {
  const cheap = 'scrypt$N=1024,r=1,p=1$c2FsdA$'
  const hash = scryptSync('old', 'salt', 32, { N: 1024, r: 1, p: 1 }).toString('base64url')
  assert.ok(await fitsPassword('old', cheap + hash))
})

test('the same letters composed in another way are the same password', async () => {
  assert.ok(await fitsPassword('caf\u00e9', await hashPassword('cafe\u0301')))
})

test('nobody has a password that fits, after the same work', async () => {
  assert.equal(await fitsPassword('', null), false)
  const took = async (work: () => Promise<unknown>) => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }
  const hash = await hashPassword('one')
  const times = { somebody: Infinity, nobody: Infinity }
  for (let round = 0; round < 5; round++) {
    times.somebody = Math.min(times.somebody, await took(() => fitsPassword('two', hash)))
    times.nobody = Math.min(times.nobody, await took(() => fitsPassword('two', null)))
  }
  assert.ok(times.nobody > times.somebody / 2, JSON.stringify(times))
})
