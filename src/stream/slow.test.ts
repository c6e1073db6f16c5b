// Clients that stop reading: what they cost, when they are cut, and that they lose nothing.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, mock, test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from '../../test/support/app.ts'
import { until } from '../../test/support/deadline.ts'
import { openStream } from '../../test/support/stream.ts'
import { appendNotifications } from '../notifications/append.ts'
import { type Follower, maxPendingBytes } from './follow.ts'
import { startPings } from './pings.ts'

test('a client that takes nothing for 30 s is cut; one that takes something in between is not', () => {
  mock.timers.enable({ apis: ['setInterval'] })
  const stalled = { pendingBytes: 1, closed: false, tell() {}, close: () => (stalled.closed = true) }
  const slow = { pendingBytes: 1, closed: false, tell() {}, close: () => (slow.closed = true) }
  const pings = startPings()
  for (const client of [stalled, slow]) pings.add(client as unknown as Follower)
  mock.timers.tick(15_000)
  slow.pendingBytes = 0
  mock.timers.tick(3_000)
  slow.pendingBytes = 1
  mock.timers.tick(11_900)
  assert.deepEqual([stalled.closed, slow.closed], [false, false])
  mock.timers.tick(3_100)
  assert.deepEqual([stalled.closed, slow.closed], [true, false])
  pings.stop()
  mock.timers.reset()
})

let app: TestApp
let user: TestUser
let dataset: string
before(async () => {
  app = await startTestApp()
  user = await app.user()
  dataset = await seedDataset(app, [user])
})
after(() => app.close())

const longName = 'a long name '.repeat(16)
/** More bytes than the kernel buffers for a connection (some 6 MB): a notification of that name has 650. */
const flood = 16_000

/** One transaction with that many alerts. */
const raiseMany = (count: number) =>
  app.db.transaction(async tx => {
    const alerts = await tx.query<{ id: string }>(sql`
      insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
        matched, raised_at)
      select gen_random_uuid(), gen_random_uuid(), ${dataset}, ${longName} || n, 'Dataset', 1, 'IMAGES', '{}', '{0}',
        clock_timestamp()
      from generate_series(1, ${count}::int) n returning id`)
    await appendNotifications(
      tx,
      dataset,
      alerts.map(({ id }) => id),
    )
  })

/** A client that reads its opening block, and then nothing until it is resumed. */
async function openStalled(): Promise<{ socket: Socket; text: () => string }> {
  const { port } = new URL(app.url)
  const socket = connect(Number(port), '127.0.0.1')
  let text = ''
  socket.on('data', bytes => {
    text += bytes
  })
  socket.write(
    `GET /api/v1/notifications/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${user.token}\r\n\r\n`,
  )
  await until(() => /^id: /m.test(text), 'the opening block')
  socket.pause()
  return { socket, text: () => text }
}

test('stalled clients hold a bounded number of bytes, hold up nobody, and go on where they were', async () => {
  const stalled = await Promise.all(Array.from({ length: 20 }, openStalled))
  const followers = [...app.app.live.hub.of(user.id)]
  const other = await openStream(user)
  let most = 0
  const watching = setInterval(() => {
    most = Math.max(most, ...followers.map(({ pendingBytes }) => pendingBytes))
  }, 1)
  await raiseMany(flood)
  await other.names(flood)
  await until(
    () => followers.every(({ phase }) => phase === 'catching up'),
    'all stalled clients being behind',
  )
  clearInterval(watching)
  assert.ok(most > 0, 'they were held up at all')
  const onePage = 1000 * 800
  assert.ok(most <= maxPendingBytes + onePage, `${most} bytes were pending`)

  const [one, ...others] = stalled
  one!.socket.resume()
  const count = () => one!.text().match(/^event: notification$/gm)?.length ?? 0
  await until(() => count() >= flood, 'the rest')
  const numbers = [...one!.text().matchAll(/"view_name":"(?:a long name )+(\d+)"/g)].map(match =>
    Number(match[1]),
  )
  assert.deepEqual(
    numbers,
    Array.from({ length: flood }, (_, i) => i + 1),
  )
  for (const { socket } of [one!, ...others]) socket.destroy()
  other.close()
  await until(() => app.app.live.hub.size === 0, 'the hub being empty')
})
