// The page's requests and answers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeBlocks } from './page.ts'
import { bashProgram, pythonProgram, run } from './programs.ts'
import { addIceCream, ann, app, ask, filledIn, library, newestId, raise, viewId } from './setting.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$/

const examples = new Map(takeBlocks('json').map(({ section, code }) => [section, JSON.parse(code)]))

test('the list answers exactly as the JSON example: keys, their order, and the forms of ids and times', async () => {
  const batchId = await addIceCream()
  const { status, body } = await ask('')
  assert.equal(status, 200)
  const expected = structuredClone(examples.get('List Notifications'))
  const { id, created_at } = body.notifications[0]
  Object.assign(expected.notifications[0], {
    id,
    created_at,
    user_id: ann.id,
    entity_id: viewId,
    dataset_id: library.id,
  })
  Object.assign(expected.notifications[0].metadata, { batch_id: batchId, result_count: 2 })
  assert.equal(JSON.stringify(body, null, 2), JSON.stringify(expected, null, 2))
  for (const text of [id, ann.id, viewId, library.id, batchId]) assert.match(text, uuid)
  assert.match(created_at, instant)
})

test('each http block is a request that is answered with 200', async () => {
  const blocks = takeBlocks('http')
  assert.equal(blocks.length, 5)
  for (const { code } of blocks) {
    await raise()
    const [request, header] = filledIn(code, await newestId()).split('\n')
    const [method, path] = request!.split(' ') as [string, string]
    const [name, value] = header!.split(': ') as [string, string]
    const stop = new AbortController()
    const response = await fetch(app.url + path, { method, headers: { [name]: value }, signal: stop.signal })
    assert.equal(response.status, 200, code)
    stop.abort()
  }
})

test('each bash block prints answers of the form that its section shows', async () => {
  const blocks = takeBlocks('bash')
  assert.equal(blocks.length, 5)
  for (const { section, code } of blocks) {
    await raise(25) // two pages of the pagination example
    const printed = await run(bashProgram(), filledIn(code, await newestId()))
    const answers = JSON.parse(`[${printed.replaceAll('}{', '},{')}]`) as object[]
    assert.equal(answers.length, code.match(/^curl/gm)?.length, printed)
    for (const answer of answers) assertSameForm(answer, examples.get(section), section)
  }
})

test('the bash block of the pagination example turns the page', async () => {
  const { code } = takeBlocks('bash').find(block => block.code.includes('# Page 2'))!
  const printed = await run(bashProgram(), filledIn(code))
  const [first, second] = JSON.parse(`[${printed.replaceAll('}{', '},{')}]`)
  const ids = [...first.notifications, ...second.notifications].map(({ id }) => id)
  assert.equal(ids.length, 40)
  assert.equal(new Set(ids).size, 40)
  assert.ok(first.has_more)
})

test('the Python workflow counts, lists and marks what a batch raised, and then finds nothing', async () => {
  const { code } = takeBlocks('python').find(({ section }) => section.startsWith('Python Example'))!
  await ask('/read-all', 'POST')
  await addIceCream()
  const workflow = () => run(pythonProgram(), filledIn(code))
  assert.equal(
    await workflow(),
    'Unread alerts: 1\n  View: icecream — 2 new matches\nMarked 1 notifications as read\n',
  )
  assert.equal(await workflow(), 'Unread alerts: 0\n')
})

/** The same keys in the same order, with values of the same kind; nulls may be filled and the other way round. */
function assertSameForm(actual: unknown, example: unknown, at: string): void {
  if (Array.isArray(example)) {
    assert.ok(Array.isArray(actual) && actual.length > 0, `${at} is a list with something in it`)
    for (const element of actual) assertSameForm(element, example[0], `${at}[]`)
  } else if (isObject(example)) {
    assert.ok(isObject(actual), `${at} is an object`)
    assert.deepEqual(Object.keys(actual), Object.keys(example), at)
    for (const [key, value] of Object.entries(example)) assertSameForm(actual[key], value, `${at}.${key}`)
  } else if (actual !== null && example !== null) {
    assert.equal(typeof actual, typeof example, at)
    for (const form of [uuid, instant]) if (form.test(String(example))) assert.match(String(actual), form, at)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
