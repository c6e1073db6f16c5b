// PostgreSQL goes away and comes back: streams say so once, recover, and miss nothing; requests are told to come again.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from './support/alerts.ts'
import { startTestApp, testApp } from './support/app.ts'
import { freshPlace, onPostgres } from './support/database.ts'
import { until } from './support/deadline.ts'
import { lastingPort } from './support/port.ts'
import { openStream } from './support/stream.ts'

const options = { skip: onPostgres ? false : 'the embedded engine has no connection to lose' }

const app = await testApp({ env: { BELFRY_LOG_LEVEL: 'silent' } })
const user = await app.user('ann')
const dataset = await seedDataset(app, [user])

const listeners = () =>
  app.db.query<{ pid: number }>(sql`
    select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'`)

test('the listening connection is cut between alerts', options, async () => {
  const stream = await openStream(user)
  const expected: string[] = []
  const raise = async (viewName: string) => {
    expected.push(viewName)
    await raiseAlert(app, dataset, { viewName })
  }
  await raise('before')
  const [listener] = await listeners()
  assert.ok(listener)
  await app.db.query(sql`select pg_terminate_backend(${listener.pid})`)
  await raise('while nobody listens')
  await until(async () => {
    const [again] = await listeners()
    return again !== undefined && again.pid !== listener.pid
  }, 'a new listening connection')
  await raise('after')

  const got: string[] = []
  let errors = 0
  while (got.length < expected.length) {
    const block = await stream.nextBlock()
    if (block?.event === 'error') errors++
    if (block?.event === 'notification') got.push(JSON.parse(block.data).metadata.view_name)
  }
  assert.deepEqual(got, expected)
  assert.equal(errors, 1)
  stream.close()
})

test('while the database is away a request is a 503 that says when to come again', options, async t => {
  const place = await freshPlace()
  const address = new URL(place.databaseUrl!)
  const gate = await startGate(new URL(address))
  address.port = String(gate.port)
  const away = await startTestApp({
    place: { ...place, databaseUrl: address.href },
    env: { BELFRY_LOG_LEVEL: 'silent' },
  })
  t.after(async () => {
    await away.close()
    gate.shut()
    await place.remove()
  })
  const one = await away.user('bob')
  assert.equal((await one.api('/notifications')).status, 200)
  gate.shut()
  const unanswered = 'Belfry cannot answer requests now: the database does not answer. Try again soon.'
  for (const path of ['/notifications', '/notifications/unread-count', '/notifications/stream']) {
    const answer = await one.api(path)
    assert.deepEqual([answer.status, await answer.json()], [503, { detail: unanswered }])
    assert.equal(answer.headers.get('retry-after'), '5')
  }
  await gate.open()
  await until(async () => (await one.api('/notifications')).status === 200, 'the database being back')
})

/** Passes connections on to a database; shut, it is as one that was stopped. */
async function startGate(to: URL) {
  const port = await lastingPort()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    const onward = connect(Number(to.port), to.hostname)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => {}).on('close', () => other.destroy())
    }
  })
  const open = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await open()
  return {
    port,
    open,
    shut() {
      server.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
  }
}
