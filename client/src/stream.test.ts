// A scripted server stands where the real one would have to crash, hang or lie on command. What it follows against
// a real server is in client.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { BelfryClient, BelfryError, type StreamChange } from './index.ts'

type Turn = (request: IncomingMessage, response: ServerResponse) => void

/** Answers the first connection with the first turn, and so on; the last one stays. */
async function scripted(t: TestContext, turns: Turn[]) {
  const cursors: (string | undefined)[] = []
  const server = createServer((request, response) => {
    cursors.push(request.headers['last-event-id'] as string | undefined)
    turns[Math.min(cursors.length, turns.length) - 1]!(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { cursors, client: new BelfryClient({ url: `http://127.0.0.1:${port}`, token: 'x' }) }
}

const sends =
  (text: string, then: 'end' | 'cut' | 'stay' = 'stay'): Turn =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(text, () => {
      if (then === 'end') response.end()
      if (then === 'cut') response.destroy()
    })
  }
const refuses =
  (status: number): Turn =>
  (_request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'r-1' })
      .end(JSON.stringify({ detail: `No: ${status}.` }))
const alert = (id: string) => `id: ${id}\nevent: notification\ndata: {"id":"${id}"}\n\n`

async function take(stream: AsyncIterable<{ id: string }>, count: number): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of stream) if (ids.push(id) === count) break
  return ids
}

test('it goes on with its cursor when the connection ends, is cut, or was only busy', async t => {
  const { client, cursors } = await scripted(t, [
    sends(`retry: 1\n\n${alert('a')}`, 'end'),
    sends(`${alert('b')}id: never finished\nevent: notification\nda`, 'cut'),
    refuses(503),
    sends(`event: ping\ndata: {}\n\n${alert('c')}`),
  ])
  const lost: StreamChange[] = []
  const stream = client.stream({ onChange: change => change.kind === 'lost' && lost.push(change) })
  assert.deepEqual(await take(stream, 3), ['a', 'b', 'c'])
  assert.deepEqual(cursors, [undefined, 'a', 'b', 'b'])
  assert.equal(stream.cursor, 'c')
  assert.equal(lost.length, 3)
})

test('an id without data moves the cursor before the first event', async t => {
  const { client, cursors } = await scripted(t, [sends('retry: 1\nid: start\n\n', 'end'), sends(alert('a'))])
  await take(client.stream(), 1)
  assert.deepEqual(cursors, [undefined, 'start'])
})

test('the cursor is never ahead of what was given, when several events came at once', async t => {
  const { client } = await scripted(t, [sends(alert('a') + alert('b') + alert('c'))])
  const stream = client.stream()
  for await (const { id } of stream) {
    assert.equal(stream.cursor, id)
    if (id === 'c') break
  }
})

test('a connection that falls silent is given up', async t => {
  const { client, cursors } = await scripted(t, [sends(`retry: 1\n\n${alert('a')}`), sends(alert('b'))])
  const changes: StreamChange[] = []
  const stream = client.stream({ deadAfterMs: 1_000, onChange: change => changes.push(change) })
  assert.deepEqual(await take(stream, 2), ['a', 'b'])
  assert.deepEqual(cursors, [undefined, 'a'])
  assert.ok(
    changes.some(change => change.kind === 'lost' && /nothing was heard for 1000 ms/.test(change.reason)),
  )
})

test('a server that accepts the connection but never answers is given up too', async t => {
  const { client } = await scripted(t, [() => {}, sends(alert('a'))])
  assert.deepEqual(await take(client.stream({ deadAfterMs: 1_000 }), 1), ['a'])
})

for (const status of [401, 403, 422])
  test(`it ends with the refusal on ${status}`, async t => {
    const { client, cursors } = await scripted(t, [sends('retry: 1\n\n', 'end'), refuses(status)])
    await assert.rejects(
      take(client.stream(), 1),
      (error: BelfryError) =>
        error instanceof BelfryError &&
        error.status === status &&
        error.detail === `No: ${status}.` &&
        error.requestId === 'r-1',
    )
    assert.equal(cursors.length, 2)
  })

test('an aborted signal ends it, also while it waits to reconnect', async t => {
  const { client } = await scripted(t, [sends('retry: 60000\n\n', 'end')])
  const stop = new AbortController()
  const onChange = ({ kind }: StreamChange) => kind === 'lost' && stop.abort()
  assert.deepEqual(await take(client.stream({ signal: stop.signal, onChange }), 1), [])
  const open = await scripted(t, [sends(alert('a'))])
  const stopOpen = new AbortController()
  const ids: string[] = []
  for await (const { id } of open.client.stream({ signal: stopOpen.signal })) {
    ids.push(id)
    stopOpen.abort()
  }
  assert.deepEqual(ids, ['a'])
})

test("the server's internal fault is told, and the stream goes on", async t => {
  const { client } = await scripted(t, [sends(`event: error\ndata: {}\n\n${alert('a')}`)])
  const kinds: string[] = []
  await take(client.stream({ onChange: ({ kind }) => kinds.push(kind) }), 1)
  assert.deepEqual(kinds, ['open', 'fault'])
})

test('what is read elsewhere, and a gap in the log, are changes; unknown events are nothing', async t => {
  const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
  const { client } = await scripted(t, [
    sends(
      event('reset', { detail: 'A gap.' }) +
        event('read', { id: 'n1' }) +
        event('read_all', { dataset_id: null }) +
        event('unread_count', { count: 3 }) +
        event('later', {}) +
        alert('a'),
    ),
  ])
  const changes: StreamChange[] = []
  await take(client.stream({ readState: true, onChange: change => changes.push(change) }), 1)
  assert.deepEqual(changes, [
    { kind: 'open' },
    { kind: 'reset', detail: 'A gap.' },
    { kind: 'read', id: 'n1' },
    { kind: 'read_all', datasetId: null },
    { kind: 'unread_count', count: 3 },
  ])
})

test('a GET is repeated while the server is away, a POST is not', async t => {
  const { client, cursors } = await scripted(t, [
    refuses(503),
    (_request, response) => response.end('{"count":3}'),
  ])
  assert.equal(await client.notifications.unreadCount(), 3)
  assert.equal(cursors.length, 2)
  const posting = await scripted(t, [refuses(503)])
  await assert.rejects(posting.client.notifications.markAllRead(), { status: 503 })
  assert.equal(posting.cursors.length, 1)
})

test('no server at all is BelfryUnreachable, with the reason', async () => {
  const client = new BelfryClient({ url: 'http://127.0.0.1:9', token: 'x' })
  await assert.rejects(client.datasets.list(), {
    name: 'BelfryUnreachable',
    url: 'http://127.0.0.1:9',
    message: /^No answer from http:\/\/127\.0\.0\.1:9: /,
  })
})
