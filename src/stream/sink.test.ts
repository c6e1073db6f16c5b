// Both ends a stream can have: the bare handle of a TCP connection, and a socket as Node has it, here of a UNIX domain.
import assert from 'node:assert/strict'
import { request as ask, createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { until } from '../../test/support/deadline.ts'
import { toChunk } from './encode.ts'
import { ClientGone } from './follow.ts'
import { HandleSink } from './handle-sink.ts'
import { openSink } from './open-sink.ts'
import type { ClientSink } from './sink.ts'
import { SocketSink } from './socket-sink.ts'

const ends = [
  { end: HandleSink, listenOn: () => ({ port: 0, host: '127.0.0.1' }) },
  { end: SocketSink, listenOn: () => ({ path: join(tmpdir(), `belfry-sink-${process.pid}.sock`) }) },
]

for (const { end, listenOn } of ends) {
  /** A stream, and what its client has received of it. */
  async function connected(t: TestContext) {
    const sinks: ClientSink[] = []
    const server = createServer((_, response) => {
      sinks.push(openSink(response, { 'content-type': 'text/plain' }, 'first '))
    })
    await new Promise<void>(resolve => server.listen(listenOn(), resolve))
    const address = server.address() as AddressInfo | string
    const client = ask(typeof address === 'string' ? { socketPath: address } : { port: address.port })
    client.on('error', () => {})
    const answer = await new Promise<IncomingMessage>(resolve => client.once('response', resolve).end())
    const received = { text: '', ended: false, answer }
    answer.on('error', () => {})
    answer.on('data', bytes => {
      received.text += bytes
    })
    answer.on('end', () => {
      received.ended = true
    })
    await until(() => received.text.startsWith('first '), 'the opening')
    const sink = sinks[0]!
    t.after(async () => {
      client.destroy()
      await new Promise<void>(resolve => sink.whenClosed(resolve))
      server.close()
    })
    return { sink, received, client }
  }

  /** More than the kernel takes for a client that does not read. */
  const flood = toChunk('x'.repeat(16 * 2 ** 20))

  test(`${end.name}: what is written arrives, and the end is clean`, async t => {
    const { sink, received } = await connected(t)
    assert.ok(sink instanceof end)
    sink.write(toChunk('one '))
    sink.write(toChunk('two'))
    await until(() => received.text === 'first one two', 'both')
    assert.equal(sink.pendingBytes, 0)
    await sink.drained()
    sink.close()
    await until(() => received.ended, 'the end')
    assert.equal(received.answer.complete, true)
    sink.write(toChunk('nothing'))
    sink.close()
  })

  test(`${end.name}: a client that does not read holds its bytes, and drains when it does`, async t => {
    const { sink, received } = await connected(t)
    received.answer.pause()
    sink.write(flood)
    sink.write(toChunk('last'))
    assert.ok(sink.pendingBytes > 0)
    const drained = sink.drained()
    received.answer.resume()
    await drained
    assert.equal(sink.pendingBytes, 0)
    await until(() => received.text.endsWith('xlast'), 'all of it')
    assert.equal(received.text.length, 'first '.length + 16 * 2 ** 20 + 'last'.length)
  })

  test(`${end.name}: a client that leaves while it is waited for is gone`, async t => {
    const { sink, received, client } = await connected(t)
    received.answer.pause()
    sink.write(flood)
    const drained = assert.rejects(sink.drained(), ClientGone)
    client.destroy()
    await drained
    await assert.rejects(sink.drained(), ClientGone)
    await new Promise<void>(resolve => sink.whenClosed(resolve))
    sink.write(toChunk('nothing'))
  })

  test(`${end.name}: one that is cut does not wait for its client`, async t => {
    const { sink, received } = await connected(t)
    received.answer.pause()
    sink.write(flood)
    const drained = assert.rejects(sink.drained(), ClientGone)
    sink.close()
    await drained
    await new Promise<void>(resolve => sink.whenClosed(resolve))
  })
}
