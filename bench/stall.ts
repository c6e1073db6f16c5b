// 10,000 clients stop reading in the same instant, and alerts go on. What others notice of it, what it costs the server,
// and what the stopped ones have missed when they read again.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeWorld } from './fanout/belfry.ts'
import { compile } from './fanout/program.ts'
import { startReaders } from './fanout/readers.ts'
import { getRequest } from './fanout/rival.ts'
import { type Figure, quantile } from './support/figures.ts'
import { onPostgres, type Place, say } from './support/places.ts'
import { residentKb } from './support/processes.ts'
import { serve } from './support/server-process.ts'

const stopping = 10_000
const others = 1_000
/** In each half, each told to everybody: an alert while all read, then one while those have stopped. */
const publications = 30

export const run = () => onPostgres(measure)

async function measure(place: Place): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-stall-'))
  const program = compile('client', folder)
  say(`${stopping + others} users`)
  const world = await makeWorld(place, stopping + others)
  const server = await serve(place)
  const [reading, stopped] = [
    startReaders(program, server.port, folder),
    startReaders(program, server.port, folder),
  ]
  const follow = (token: string) =>
    getRequest('/api/v1/notifications/stream', { Authorization: `Bearer ${token}` })
  const requests = world.tokens.map(follow)
  /** Until the last of the others has each alert. */
  async function publish(): Promise<number[]> {
    const delaysMs: number[] = []
    for (let i = 0; i < publications; i++) {
      const committedMs = await world.commit(stopping + others, 1)
      delaysMs.push((await reading.arrivals(others)).lastMs - committedMs)
    }
    return delaysMs
  }
  try {
    await reading.open(requests.slice(0, others))
    await stopped.open(requests.slice(others))
    await publish() // a warm-up
    say('an alert at a time, while all read')
    const calm = await publish()
    await stopped.arrivals(2 * publications * stopping)
    say(`… while ${stopping} do not`)
    stopped.pause()
    const before = await residentKb([server.pid])
    const during = await publish()
    const grownKb = (await residentKb([server.pid])) - before
    stopped.resume()
    await stopped.arrivals(publications * stopping) // would never come if one were missing
    return [
      ...[0.5, 0.99].map(share => ({
        name: `commit to the last of ${others} others, p${share * 100}`,
        value: quantile(during, share),
        unit: 'ms',
        rival: { name: 'while all read', value: quantile(calm, share) },
      })),
      { name: 'memory of the server for a stopped client', value: grownKb / stopping, unit: 'kB' },
    ]
  } finally {
    stopped.resume()
    await Promise.all([reading.stop(), stopped.stop()])
    await server.stop()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}
