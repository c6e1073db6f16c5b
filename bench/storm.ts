// After a restart 10,000 clients come back in the same instant, each five alerts behind, while others go on asking
// ordinary questions. In use `retry:` spreads them over 4 s; here nothing does.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatCursor } from '../src/notifications/cursor.ts'
import { logPosition } from '../src/notifications/log.ts'
import { makeWorld } from './fanout/belfry.ts'
import { compile } from './fanout/program.ts'
import { startReaders } from './fanout/readers.ts'
import { getRequest } from './fanout/rival.ts'
import { type Figure, median, quantile } from './support/figures.ts'
import { monotonicMs, startLoad } from './support/load.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { serve } from './support/server-process.ts'

const clients = 10_000
const alertsBehind = 5
const ordinary = { perSecond: 50, seconds: 10 }

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-storm-'))
  const program = compile('client', folder)
  say(`${place.engine}: ${clients} users, ${alertsBehind} alerts for each`)
  const { tokens, cursor } = await leaveBehind(place)

  const server = await serve(place)
  const readers = startReaders(program, server.port, folder)
  const load = await startLoad()
  const origin = `http://127.0.0.1:${server.port}`
  const ask = () =>
    load.request({
      origin,
      asks: Array.from({ length: ordinary.perSecond * ordinary.seconds }, (_, i) => ({
        path: '/api/v1/notifications/unread-count',
        token: tokens[i % 100]!,
      })),
      perSecond: ordinary.perSecond,
    })
  try {
    const calm = await ask()
    const storm = ask()
    const begunMs = monotonicMs()
    const backMs = await readers.open(
      tokens.map(token =>
        getRequest('/api/v1/notifications/stream', {
          Authorization: `Bearer ${token}`,
          'Last-Event-ID': cursor,
        }),
      ),
    )
    const { lastMs } = await readers.arrivals(clients * alertsBehind)
    const during = await storm
    const name = (what: string) => `${place.engine}: ${what}`
    return [
      { name: name(`${clients} clients back`), value: backMs / 1000, unit: 's' },
      { name: name('… and caught up'), value: (lastMs - begunMs) / 1000, unit: 's' },
      ...[0.5, 0.99].map(share => ({
        name: name(`an ordinary request meanwhile, p${share * 100}`),
        value: quantile(during, share),
        unit: 'ms',
        rival: { name: 'in calm', value: share === 0.5 ? median(calm) : quantile(calm, share) },
      })),
    ]
  } finally {
    await readers.stop()
    await load.stop()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Users with tokens, and the cursor after which each of them has alerts to read. */
async function leaveBehind(place: Place) {
  const world = await makeWorld(place, clients)
  const { epochs, head } = await logPosition(world.db)
  await world.commit(clients, alertsBehind)
  await world.db.close()
  return { tokens: world.tokens, cursor: formatCursor({ epoch: epochs.at(-1)!.epoch, seq: head }) }
}
