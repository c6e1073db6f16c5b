// From the commit of an evaluated batch to its alert on 1,000 open streams, one for each of 1,000 members. The time
// starts when the commit is sent. Rivals: the original, whose streams poll every 3 s, and bare sockets that are handed
// the same bytes in the same process.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { recordBatch } from '../src/monitoring/record.ts'
import { appendNotifications } from '../src/notifications/append.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestApp } from '../test/support/app.ts'
import { type Figure, median, quantile } from './support/figures.ts'
import { type Load, monotonicMs, startLoad } from './support/load.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { makeProcessedBatch, writeItems } from './workload.ts'

const streams = 1_000
const batches = 100
const warmUps = 10
const items = 20
const timeoutMs = 30_000
/** The 99th percentile of a wait that is anything from 0 to 3 s. */
const pollingP99Ms = 2_970

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const load = await startLoad()
  try {
    say(`${place.engine}: opening ${streams} streams`)
    const members = await Promise.all(Array.from({ length: streams }, () => app.user()))
    const dataset = await seedDataset(app, members)
    await members[0]!.api(`/dataset/${dataset}/views`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'everything' }),
    })
    const path = '/api/v1/notifications/stream'
    await load.openStreams({ origin: app.url, streams: members.map(({ token }) => ({ path, token })) })

    say(`${place.engine}: ${batches} batches`)
    const delays: number[] = []
    for (let round = -warmUps; round < batches; round++) {
      const committing = await commitBatch(app, dataset)
      const arrivals = await load.awaitEvents(streams, timeoutMs)
      if (round >= 0) delays.push(...arrivals.map(at => at - committing))
    }
    const bare = await timeBareSockets()
    const p99 = quantile(delays, 0.99)
    const name = (what: string) => `commit to event, ${what}, ${place.engine}`
    return [
      { name: name('p99'), value: p99, unit: 'ms', atMost: 25 },
      { name: name('median'), value: median(delays), unit: 'ms' },
      {
        name: name('p99 beside polling'),
        value: p99,
        unit: 'ms',
        rival: { name: 'polling every 3 s', value: pollingP99Ms },
      },
      {
        name: name('p99 beside bare sockets'),
        value: p99,
        unit: 'ms',
        rival: { name: 'bare sockets', value: quantile(bare, 0.99) },
      },
    ]
  } finally {
    await load.stop()
    await app.close()
  }
}

/** Returns the moment at which the commit was sent. */
async function commitBatch(app: TestApp, dataset: string): Promise<number> {
  const batch = await makeProcessedBatch(app.db, dataset)
  await writeItems(app.db, batch, items, 1)
  return app.db.transaction(async tx => {
    const recorded = await recordBatch(tx, batch.id, app.app.evaluate)
    await appendNotifications(tx, recorded!.datasetId, recorded!.alertIds)
    return monotonicMs()
  })
}

/** What the kernel and the client need for as many events of the same size, without any of our work. */
async function timeBareSockets(): Promise<number[]> {
  const event = Buffer.from(`event: notification\nid: 00000000.1000\ndata: ${'x'.repeat(eventBytes)}\n\n`)
  const sockets: Socket[] = []
  const server = createServer(socket => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    socket.on('error', () => {})
    sockets.push(socket.setNoDelay(true))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const load: Load = await startLoad()
  const asks = Array.from({ length: streams }, () => ({ path: '/', token: '' }))
  await load.openStreams({ origin: `http://127.0.0.1:${port}`, streams: asks })
  const delays: number[] = []
  for (let round = 0; round < batches; round++) {
    const writing = monotonicMs()
    for (const socket of sockets) socket.write(event)
    const arrivals = await load.awaitEvents(streams, timeoutMs)
    delays.push(...arrivals.map(at => at - writing))
  }
  await load.stop()
  server.close()
  return delays
}
/** A notification's JSON has some 480 characters. */
const eventBytes = 480
