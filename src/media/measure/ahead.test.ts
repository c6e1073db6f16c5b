import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureAhead } from './ahead.ts'

/** Measuring that ends when it is told to. */
function byHand() {
  const under = new Map<string, PromiseWithResolvers<string>>()
  const begun: string[] = []
  return {
    begun,
    measure(key: string) {
      begun.push(key)
      const asked = Promise.withResolvers<string>()
      under.set(key, asked)
      return asked.promise
    },
    async end(key: string, error?: Error) {
      const asked = under.get(key)!
      if (error) asked.reject(error)
      else asked.resolve(`found ${key}`)
      await new Promise(setImmediate)
    },
  }
}

test('what was begun is there once; what was not begun yet is left to who asks', async () => {
  const { measure, begun, end } = byHand()
  const ahead = measureAhead(measure, 2)
  for (const key of ['a', 'b', 'c', 'd']) ahead.begin(key)
  assert.deepEqual(begun, ['a', 'b'])
  assert.equal(ahead.take('c'), undefined)
  const b = ahead.take('b')
  await end('a')
  assert.deepEqual(begun, ['a', 'b', 'd'])
  await end('b')
  assert.deepEqual([await ahead.take('a'), await b], ['found a', 'found b'])
  assert.equal(ahead.take('a'), undefined)
  assert.equal(ahead.take('never'), undefined)
})

test('what failed is not there', async () => {
  const { measure, end } = byHand()
  const ahead = measureAhead(measure, 2)
  ahead.begin('a')
  ahead.begin('b')
  const a = ahead.take('a')
  await end('a', new Error('gone'))
  await end('b', new Error('gone'))
  assert.equal(await a, undefined)
  assert.equal(ahead.take('b'), undefined)
})

test('no more than a bound are held, until they are too old', async () => {
  const { measure, begun, end } = byHand()
  let now = 0
  const ahead = measureAhead(measure, 1, () => now)
  for (let i = 0; i < 1000; i++) {
    ahead.begin(`${i}`)
    if (begun.at(-1) === `${i}`) await end(`${i}`)
  }
  assert.equal(begun.length, 512)
  now = 300_000
  ahead.begin('later')
  assert.equal(begun.at(-1), 'later')
  assert.equal(ahead.take('0'), undefined)
})

test('once it is stopped, nothing more is begun', async () => {
  const { measure, begun, end } = byHand()
  const ahead = measureAhead(measure, 1)
  for (const key of ['a', 'b']) ahead.begin(key)
  ahead.stop()
  await end('a', new Error('the thread ended'))
  assert.deepEqual(begun, ['a'])
})
