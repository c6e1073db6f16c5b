// A stream that goes on after a cursor: over pages, restarts, retention and a restored backup.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'
import { freshPlace } from '../../test/support/database.ts'
import { openStream } from '../../test/support/stream.ts'
import { beginEpoch } from '../notifications/log.ts'
import { forgetOld } from '../notifications/retention.ts'

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user], 'Ice cream')

const raise = (...names: string[]) =>
  names.reduce((last, viewName) => last.then(() => raiseAlert(app, dataset, { viewName })), Promise.resolve())

test('with a cursor, by header or by query, a stream continues exactly after it', async () => {
  const first = await openStream(user)
  await raise('one', 'two', 'three')
  const { id } = await first.next()
  first.close()
  const byHeader = await openStream(user, '', { 'Last-Event-ID': id })
  assert.deepEqual(await byHeader.names(2), ['two', 'three'])
  const byQuery = await openStream(user, `?last_event_id=${id}`)
  assert.deepEqual(await byQuery.names(2), ['two', 'three'])
  await raise('four')
  assert.deepEqual([await byHeader.names(1), await byQuery.names(1)], [['four'], ['four']])
  byHeader.close()
  byQuery.close()
})

test('the cursor of the opening block resumes too, so a client that saw no event loses none', async () => {
  const first = await openStream(user)
  first.close()
  await raise('while away')
  const second = await openStream(user, '', { 'Last-Event-ID': first.opening.id! })
  assert.deepEqual(await second.names(1), ['while away'])
  second.close()
})

test('catching up over many pages keeps order and repeats nothing', async () => {
  const before = await openStream(user)
  before.close()
  const names = Array.from({ length: 450 }, (_, i) => `page item ${i}`)
  await raise(...names)
  const stream = await openStream(user, '', { 'Last-Event-ID': before.opening.id! })
  assert.deepEqual(await stream.names(450), names)
  stream.close()
})

for (const cursor of ['nonsense', '0', '00000000.0', 'ffffffff.99', 'CURRENT.999999', '-1'])
  test(`the cursor '${cursor}' is refused with a sentence`, async () => {
    const stream = await openStream(user)
    stream.close()
    const epoch = stream.opening.id!.split('.')[0]!
    const answer = await user.api('/notifications/stream', {
      headers: { 'Last-Event-ID': cursor.replace('CURRENT', epoch) },
    })
    assert.equal(answer.status, 422)
    assert.match(((await answer.json()) as { detail: string }).detail, /cursor/i)
  })

test('a stream resumes over a restart of the server, and is ended cleanly by it', async () => {
  const place = await freshPlace()
  const first = await testApp({ place })
  const ann = await first.user('ann')
  const hers = await seedDataset(first, [ann])
  const stream = await openStream(ann)
  await raiseAlert(first, hers, { viewName: 'seen' })
  const { id } = await stream.next()
  const ended = stream.ended()
  await raiseAlert(first, hers, { viewName: 'while stopping' })
  await first.close()
  await ended

  const second = await testApp({ place })
  await raiseAlert(second, hers, { viewName: 'while away' })
  const api: TestUser['api'] = (path, init = {}) =>
    fetch(`${second.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ann.token}`, ...init.headers },
    })
  const resumed = await openStream({ ...ann, api }, '', { 'Last-Event-ID': id })
  assert.deepEqual(await resumed.names(2), ['while stopping', 'while away'])
  resumed.close()
  await second.close()
  await place.remove()
})

test('a stream that is opened while the server stops is ended as well', async () => {
  const stopping = await testApp()
  const ann = await stopping.user('ann')
  await stopping.app.live.stop() // the first step; requests are answered until the last
  const late = await openStream(ann)
  await late.ended()
  await stopping.close()
})

test('a cursor older than what is kept, or from after the backup, gets a reset and then everything there is', async () => {
  const place = await freshPlace()
  const kept = await testApp({ place })
  const ann = await kept.user('ann')
  const own = await seedDataset(kept, [ann])
  const old = await openStream(ann)
  old.close()
  await raiseAlert(kept, own, { viewName: 'old' })
  await kept.db.query(sql`update notifications set created_at = now() - interval '10 days'`)
  assert.equal(await forgetOld(kept.db, 9), 1)
  await raiseAlert(kept, own, { viewName: 'kept' })

  const resumed = await openStream(ann, '', { 'Last-Event-ID': old.opening.id! })
  const reset = await resumed.nextBlock()
  assert.equal(reset?.event, 'reset')
  assert.match(JSON.parse(reset!.data).detail, /older than the server keeps/)
  assert.deepEqual(await resumed.names(1), ['kept'])
  const lost = resumed.opening.id!.replace(/\d+$/, '2')
  resumed.close()
  await raiseAlert(kept, own, { viewName: 'after the backup' })
  const { id: afterBackup } = await (async () => {
    const stream = await openStream(ann, '', { 'Last-Event-ID': lost })
    const event = await stream.next()
    stream.close()
    return event
  })()
  // The backup knows two numbers; the third, which a client has seen, is drawn again after the restore.
  await kept.db.query(sql`delete from notifications where seq = (select max(seq) from notifications)`)
  await kept.db.query(sql`select setval('notification_seq', 2)`)
  await beginEpoch(kept.db)
  await kept.close()

  const restored = await testApp({ place })
  await raiseAlert(restored, own, { viewName: 'numbered again' })
  const api: TestUser['api'] = (path, init = {}) =>
    fetch(`${restored.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ann.token}`, ...init.headers },
    })
  const stream = await openStream({ ...ann, api }, '', { 'Last-Event-ID': afterBackup })
  const gap = await stream.nextBlock()
  assert.equal(gap?.event, 'reset')
  assert.match(JSON.parse(gap!.data).detail, /backup/)
  assert.deepEqual(await stream.names(1), ['numbered again'])
  stream.close()
  await restored.close()
  await place.remove()
})
