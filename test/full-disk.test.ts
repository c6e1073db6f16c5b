// A disk that fills up: what was acknowledged stays, what is going on ends with a sentence, and a retry takes only what
// is missing. The storage answers as a full file system does, from the moment it is told to.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import type { Storage } from '../src/media/storage.ts'
import { testApp } from './support/app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from './support/media.ts'
import { bucket, startS3 } from './support/s3.ts'

/** How many more puts of keys below this folder fit. */
const room = new Map<string, number>()
const puts: string[] = []
const wrapStorage = (storage: Storage): Storage => ({
  ...storage,
  async put(key, source, options) {
    const [folder] = key.split('/') as [string]
    const left = room.get(folder) ?? Number.POSITIVE_INFINITY
    if (left <= 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    room.set(folder, left - 1)
    puts.push(key)
    return storage.put(key, source, options)
  },
})

const s3 = await startS3()
const app = await testApp({ env: s3.env, wrapStorage })
const user = await app.user()
const dataset = await newDataset(user.api, 'Full', await emojiFiles(0, 1))

test('an upload that does not fit is a 507, and leaves nothing', async () => {
  room.set('uploads', 3)
  const answer = await addMedia(user.api, dataset, form(await emojiFiles(1, 10)))
  assert.equal(answer.status, 507)
  assert.match(
    ((await answer.json()) as { detail: string }).detail,
    /^The disk of this server is full; nothing was kept/,
  )
  room.clear()
  const sent = await addMedia(user.api, dataset, form(await emojiFiles(1, 10), { auto_reindex: 'true' }))
  assert.equal((await ended(user.api, sent.headers.get('location')!)).status_message, 'Added 9 media files')
})

test('while media are fetched: the task fails and says why, and its retry fetches only what is missing', async () => {
  const some = emoji.slice(300, 400)
  for (const one of some) await s3.put(`full/${one.short_name}.png`, await picture(one))
  room.set('items', 80) // more than one chunk of 64
  const sent = await addMedia(
    user.api,
    dataset,
    form([], { s3_uri: `s3://${bucket}/full/`, auto_reindex: 'true' }),
  )
  const failed = await ended(user.api, sent.headers.get('location')!)
  assert.deepEqual(
    [failed.status, failed.error_message],
    ['FAILED', 'The disk of the server is full. What came in stays; make room, then retry the task.'],
  )
  room.clear()
  puts.length = 0
  assert.equal((await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })).status, 200)
  const task = await ended(user.api, `/tasks/${failed.task_id}`)
  assert.equal(task.status_message, `Added ${some.length} media files`)
  const fetched = puts.filter(key => key.startsWith('items/')).length
  assert.ok(fetched < some.length, `${fetched} were fetched again`)
})

test('a request that the database has no room for is a 507 as well', async () => {
  const create = async () => {
    const body = new URLSearchParams({ name: 'one more' })
    return (await user.api(`/dataset/${dataset}/tags`, { method: 'POST', body })).status
  }
  await app.db.query(sql`
    create function no_room() returns trigger language plpgsql as
    'begin raise exception ''could not extend file'' using errcode = ''53100''; end'`)
  await app.db.query(sql`create trigger no_room before insert on tags execute function no_room()`)
  assert.equal(await create(), 507)
  await app.db.query(sql`drop trigger no_room on tags`)
  assert.equal(await create(), 200)
})
