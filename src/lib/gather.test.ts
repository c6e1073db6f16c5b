import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gather } from './gather.ts'

/** Questions that are answered when the test says. */
function questions() {
  const asked: { keys: number[]; answer: () => void; fail: () => void }[] = []
  const ask = gather<number, string>(
    keys =>
      new Promise((resolve, reject) => {
        const answer = () => resolve(keys.map(key => `answer ${key}`))
        asked.push({ keys, answer, fail: () => reject(new Error('gone')) })
      }),
    3,
  )
  return { ask, asked }
}
const turn = () => new Promise(resolve => setImmediate(resolve))

test('the first is asked at once, and what comes meanwhile together, up to the most', async () => {
  const { ask, asked } = questions()
  const answers = [1, 2, 3, 4, 5].map(ask)
  assert.deepEqual(
    asked.map(({ keys }) => keys),
    [[1]],
  )
  asked[0]!.answer()
  assert.equal(await answers[0], 'answer 1')
  await turn()
  assert.deepEqual(asked[1]!.keys, [2, 3, 4])
  asked[1]!.answer()
  await turn()
  assert.deepEqual(asked[2]!.keys, [5])
  asked[2]!.answer()
  assert.deepEqual(
    await Promise.all(answers),
    [1, 2, 3, 4, 5].map(key => `answer ${key}`),
  )
})

test('a question that fails, fails for its askers alone, and the next is asked', async () => {
  const { ask, asked } = questions()
  const failed = ask(1)
  const after = ask(2)
  asked[0]!.fail()
  await assert.rejects(failed, /gone/)
  await turn()
  asked[1]!.answer()
  assert.equal(await after, 'answer 2')
})
