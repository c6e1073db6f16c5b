import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { until } from '../../test/support/deadline.ts'
import { openStream } from '../../test/support/stream.ts'

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user], 'Ice cream')

const raise = (...names: string[]) =>
  names.reduce((last, viewName) => last.then(() => raiseAlert(app, dataset, { viewName })), Promise.resolve())

test('the headers keep proxies from buffering, and the first block carries retry and a cursor', async () => {
  const stream = await openStream(user)
  const { headers } = stream.response
  assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(headers.get('cache-control'), 'no-cache, no-transform')
  assert.equal(headers.get('x-accel-buffering'), 'no')
  assert.equal(headers.get('content-encoding'), null)
  assert.match(stream.opening.id!, /^[0-9a-f]{8}\.\d+$/)
  assert.ok(stream.opening.retry! >= 1000 && stream.opening.retry! <= 5000)
  stream.close()
})

test('without a cursor a stream gets only what comes after it was opened, as the list shows it', async () => {
  await raise('before')
  const stream = await openStream(user)
  await raise('after')
  const { notification } = await stream.next()
  assert.equal(notification.metadata.view_name, 'after')
  const list = (await (await user.api('/notifications?limit=1')).json()) as { notifications: object[] }
  assert.deepEqual(notification, list.notifications[0])
  stream.close()
})

test('a ping comes every 3 s, with data that JSON parsers accept', async () => {
  const stream = await openStream(user)
  const started = performance.now()
  const block = await stream.nextBlock()
  assert.equal(block?.event, 'ping')
  assert.deepEqual(JSON.parse(block!.data), {})
  await stream.nextBlock()
  const twoPingsMs = performance.now() - started
  assert.ok(twoPingsMs > 3000 && twoPingsMs < 30_000, `two pings took ${twoPingsMs} ms`)
  stream.close()
})

test('a stream of one dataset, or of a dataset that is not there, is silent about the others', async () => {
  const other = await seedDataset(app, [user], 'Other')
  const ofOther = await openStream(user, `?dataset_id=${other}`)
  const ofNothing = await openStream(user, '?dataset_id=00000000-0000-0000-0000-000000000000')
  await raise('not there')
  await raiseAlert(app, other, { viewName: 'there' })
  assert.deepEqual(await ofOther.names(1), ['there'])
  assert.equal((await ofNothing.nextBlock())?.event, 'ping')
  ofOther.close()
  ofNothing.close()
})

test('a dataset is the same in upper case, live and while catching up', async () => {
  const query = `?dataset_id=${dataset.toUpperCase()}`
  const live = await openStream(user, query)
  await raise('loud')
  assert.deepEqual(await live.names(1), ['loud'])
  const resumed = await openStream(user, query, { 'Last-Event-ID': live.opening.id! })
  assert.deepEqual(await resumed.names(1), ['loud'])
  live.close()
  resumed.close()
})

test('a HEAD of the stream is refused: it could carry no event', async () => {
  const answer = await user.api('/notifications/stream', { method: 'HEAD' })
  assert.equal(answer.status, 405)
  assert.equal(answer.headers.get('allow'), 'GET')
})

test('who loses a dataset loses the streams of it alone; others stay, with a new count', async () => {
  const guest = await app.user()
  const shared = await seedDataset(app, [user, guest])
  await raiseAlert(app, shared)
  const ofShared = await openStream(guest, `?dataset_id=${shared}`)
  const ofAll = await openStream(guest, '?events=all')
  const counted = async () => {
    for (;;) {
      const block = await ofAll.nextBlock()
      if (block?.event === 'unread_count') return JSON.parse(block.data)
    }
  }
  assert.deepEqual(await counted(), { count: 1 })
  await user.api(`/manage/${shared}/share/${guest.email}`, { method: 'DELETE' })
  await ofShared.ended()
  // The alert may be heard of after the stream was opened: then its count comes twice.
  let now = await counted()
  while (now.count === 1) now = await counted()
  assert.deepEqual(now, { count: 0 })
  ofAll.close()
})

test('a revoked key and a deleted user lose their streams at once; other streams stay', async () => {
  const [revoked, deleted] = [await app.user(), await app.user()]
  const streams = [await openStream(revoked), await openStream(deleted), await openStream(user)] as const
  const announce = (what: object) =>
    app.db.query(sql`select pg_notify('belfry_access', ${JSON.stringify(what)})`)
  await announce({ apiKey: revoked.apiKey })
  await announce({ userId: deleted.id })
  await streams[0].ended()
  await streams[1].ended()
  await raise('still here')
  assert.deepEqual(await streams[2].names(1), ['still here'])
  streams[2].close()
})

test('a closed stream leaves nothing behind', async () => {
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(user)))
  for (const stream of streams) stream.close()
  await until(() => app.app.live.hub.size === 0, 'the hub being empty')
})

test('a stream that is pipelined behind another request is refused, and the server goes on', async () => {
  const { port } = new URL(app.url)
  const socket = connect(Number(port), '127.0.0.1')
  const ask = (path: string) =>
    `GET /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${user.token}\r\n\r\n`
  socket.write(ask('/notifications') + ask('/notifications/stream'))
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  await until(() => text.includes('event-stream') || text.includes('connection to itself'), 'both answers')
  socket.destroy()
  assert.equal((await user.api('/notifications')).status, 200)
})

test('events=all also carries what is read elsewhere; the default does not', async () => {
  const reader = await app.user()
  const own = await seedDataset(app, [reader])
  const all = await openStream(reader, '?events=all')
  const plain = await openStream(reader)
  const nextOf = async (event: string) => {
    for (;;) {
      const block = await all.nextBlock()
      if (block?.event === event) return JSON.parse(block.data)
    }
  }
  assert.deepEqual(await nextOf('unread_count'), { count: 0 })
  await raiseAlert(app, own, { viewName: 'a' })
  const { id } = await nextOf('notification')
  assert.deepEqual(await nextOf('unread_count'), { count: 1 })
  await reader.api(`/notifications/${id}/read`, { method: 'POST' })
  assert.deepEqual(await nextOf('read'), { id })
  assert.deepEqual(await nextOf('unread_count'), { count: 0 })
  await raiseAlert(app, own, { viewName: 'b' })
  await nextOf('unread_count')
  await reader.api(`/notifications/read-all?dataset_id=${own}`, { method: 'POST' })
  assert.deepEqual(await nextOf('read_all'), { dataset_id: own })
  assert.deepEqual(await nextOf('unread_count'), { count: 0 })

  const seen = new Set<string>()
  for (let block = await plain.nextBlock(); block?.event !== 'ping'; block = await plain.nextBlock())
    seen.add(block!.event)
  assert.deepEqual([...seen], ['notification'])
  all.close()
  plain.close()
})

test('a client of HTTP/1.0 gets the events as they are', async () => {
  const { port } = new URL(app.url)
  const socket = connect(Number(port), '127.0.0.1')
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  socket.write(`GET /api/v1/notifications/stream HTTP/1.0\r\nAuthorization: Bearer ${user.token}\r\n\r\n`)
  await until(() => /^id: /m.test(text), 'the opening block')
  await raise('in the old way')
  await until(() => text.includes('in the old way'), 'the event')
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  assert.match(body, /^retry: \d+\nid: \S+\n\nevent: notification\nid: \S+\ndata: \{.*\}\n\n$/)
  socket.destroy()
})
