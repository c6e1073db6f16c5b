// A store that stalls, cuts, lies and refuses: the batch ends with what is good, names what is not, and the same
// source again takes only what is missing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from './support/app.ts'
import { type Spoiled, startFaultyStore } from './support/faulty-store.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from './support/media.ts'
import { bucket, startS3 } from './support/s3.ts'

const s3 = await startS3()
const store = await startFaultyStore(s3.endpoint)
// Where much else runs a sound answer can take a second.
const app = await testApp({
  env: { ...s3.env, BELFRY_S3_ENDPOINT: store.endpoint, BELFRY_S3_TIMEOUT_MS: '3000' },
})
const user = await app.user()
const dataset = await newDataset(user.api, 'Faults', await emojiFiles(0, 1))

async function add(folder: string) {
  const answer = await addMedia(
    user.api,
    dataset,
    form([], { s3_uri: `s3://${bucket}/${folder}/`, auto_reindex: 'true' }),
  )
  assert.equal(answer.status, 202, await answer.clone().text())
  return ended(user.api, answer.headers.get('location')!)
}

const always: [Spoiled, RegExp][] = [
  ['silent', /asked 4 times: it was silent for 3 s/],
  ['stalls', /asked 4 times: it was silent for 3 s/],
  ['cuts', /asked 4 times: the connection failed|asked 4 times: it sent/],
  ['too short', /asked 4 times: the connection failed|asked 4 times: it sent/],
  [503, /asked 4 times: it answered 503 SlowDown/],
  [403, /refuses to hand it out/],
]

test('each fault costs its object alone, and is named; the same source again takes only what is missing', async () => {
  const good = emoji.slice(20, 30)
  for (const one of good) await s3.put(`faults/${one.short_name}.png`, await picture(one))
  for (const [i, [spoiled]] of always.entries()) {
    await s3.put(`faults/bad-${i}.png`, await picture(emoji[40 + i]!))
    store.spoil(`bad-${i}.png`, spoiled)
  }
  const task = await add('faults')
  assert.equal(
    task.status_message,
    `Added ${good.length} media files; see its problems (${always.length})`,
    JSON.stringify(task),
  )
  for (const [i, [, sentence]] of always.entries())
    assert.match(task.problems.find(({ subject }) => subject.includes(`bad-${i}.png`))!.problem, sentence)

  store.mend()
  store.gets.length = 0
  const again = await add('faults')
  assert.equal(again.status_message, `Added ${always.length} media files; ${good.length} were there already`)
  assert.deepEqual(
    [...new Set(store.gets.map(key => key.slice(-9)))].sort(),
    always.map((_, i) => `bad-${i}.png`),
  )
})

test('a fault that passes costs nothing', async () => {
  const names = ['silent', 'stalls', 'cuts', 'too short', 503] as const
  for (const [i, spoiled] of names.entries()) {
    await s3.put(`passing/passing-${i}.png`, await picture(emoji[50 + i]!))
    store.spoil(`passing-${i}.png`, spoiled, 2)
  }
  assert.equal((await add('passing')).status_message, `Added ${names.length} media files`)
  store.mend()
})

test('an object that is shorter than it should be is damaged, not taken', async () => {
  await s3.put('short/fine.png', await picture(emoji[60]!))
  await s3.put('short/short.png', await picture(emoji[61]!))
  store.spoil('/short.png', 'lies')
  const task = await add('short')
  assert.equal(task.status_message, 'Added 1 media file; see its problems (1)')
  assert.match(task.problems[0]!.problem, /The PNG data is damaged or cut off/)
  store.mend()
})

test('half a table is not taken for all of it, though the store announces no more', async () => {
  const names = [63, 64, 65, 66].map(i => `${i}.png`)
  for (const name of names) await s3.put(`half/${name}`, await picture(emoji[Number.parseInt(name, 10)]!))
  await s3.put('half/list.txt', names.map(name => `s3://${bucket}/half/${name}\n`).join(''))
  await s3.put('half/image_annotations.csv', names.map(name => `${name},a\n`).join(''))
  const addList = async () => {
    const answer = await addMedia(user.api, dataset, form([], { s3_uri: `s3://${bucket}/half/list.txt` }))
    return ended(user.api, answer.headers.get('location')!)
  }
  store.spoil('half/list.txt', 'lies')
  const failed = await addList()
  assert.equal(failed.status, 'FAILED')
  assert.match(failed.error_message!, /could not be read from the store: it sent 46 of 92 bytes\. Retry/)
  store.mend()
  store.spoil('half/list.txt', 'lies', 2)
  await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })
  assert.equal(
    (await ended(user.api, `/api/v1/tasks/${failed.task_id}`)).status_message,
    'Added 4 media files',
  )
  store.mend()
  store.spoil('half/image_annotations.csv', 'lies')
  const task = await add('half')
  assert.ok(
    task.problems.some(
      ({ subject, problem }) =>
        subject === 'image_annotations.csv' && /from the store: it sent \d+ of \d+ bytes/.test(problem),
    ),
    JSON.stringify(task.problems),
  )
  store.mend()
})

test('a listing that fails for a moment goes on; a store that is down is a 503, and nothing is made', async () => {
  await s3.put('listing/a.png', await picture(emoji[62]!))
  store.spoil('list-type', 503, 2)
  assert.equal((await add('listing')).status_message, 'Added 1 media file')
  store.spoil('list-type', 503)
  const answer = await addMedia(user.api, dataset, form([], { s3_uri: `s3://${bucket}/listing/` }))
  assert.equal(answer.status, 503)
  assert.match(
    ((await answer.json()) as { detail: string }).detail,
    /cannot be read now: it answered 503 SlowDown/,
  )
  const open = await app.db.query(sql`select from batches where dataset_id = ${dataset} and state = 'open'`)
  assert.equal(open.length, 0)
  store.mend()
})

test('a store that goes down half-way: the task fails, what came in stays, and a retry takes what is missing', async () => {
  const some = emoji.slice(100, 200)
  for (const one of some) await s3.put(`down/${one.short_name}.png`, await picture(one))
  const [first] = some
  for (const one of some.slice(1)) if (one !== first) store.spoil(`down/${one.short_name}.png`, 503)
  const failed = await add('down')
  assert.equal(failed.status, 'FAILED')
  assert.match(
    failed.error_message!,
    /^The store does not deliver: it answered 503 SlowDown\. What came in stays/,
  )
  store.mend()
  const retried = await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })
  assert.equal(retried.status, 200, await retried.clone().text())
  const task = await ended(user.api, `/tasks/${failed.task_id}`)
  assert.equal(task.status_message, `Added ${some.length} media files`)
})
