import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneAhead } from './one-ahead.ts'

test('the next is begun before this one is looked at, and no more', async () => {
  const told: string[] = []
  const work = async (item: number) => {
    told.push(`begun ${item}`)
    return item * 10
  }
  for await (const [item, made] of oneAhead([1, 2, 3], work)) told.push(`${item}: ${made}`)
  assert.deepEqual(told, ['begun 1', 'begun 2', '1: 10', 'begun 3', '2: 20', '3: 30'])
  for await (const _ of oneAhead([], work)) assert.fail()
})

test('a failure is thrown in its turn', async () => {
  const seen: number[] = []
  await assert.rejects(async () => {
    for await (const [item] of oneAhead([1, 2, 3], async item => {
      if (item === 2) throw new Error('two')
    }))
      seen.push(item)
  }, /two/)
  assert.deepEqual(seen, [1])
})

test('who stops early waits for what is under way', async () => {
  const under = Promise.withResolvers<void>()
  let stopped = false
  const stopping = (async () => {
    for await (const _ of oneAhead([1, 2], item => (item === 1 ? Promise.resolve() : under.promise))) break
    stopped = true
  })()
  await new Promise(setImmediate)
  assert.equal(stopped, false)
  under.resolve()
  await stopping
})
