// Events to many open streams, beside others who do that: nchan, better-sse, plain Node, and a loop in C that shows what
// the machine can do. Everything runs on this machine, one server at a time, and all are read by the same program.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { belfry, makeWorld } from './fanout/belfry.ts'
import { type Bounds, compareDelays, compareDeliveries, compareIdle, type Field } from './fanout/compare.ts'
import type { Deliveries } from './fanout/deliver.ts'
import { nchanFedBy } from './fanout/fed.ts'
import { nchan } from './fanout/nchan.ts'
import { compile } from './fanout/program.ts'
import { epollLimit, nodeHttp } from './fanout/told.ts'
import type { Figure } from './support/figures.ts'
import { onPostgres, say } from './support/places.ts'

/** `BELFRY_BENCH_ONLY=broadcast` leaves out the scenarios whose name it does not match, while one is worked on. */
const only = new RegExp(process.env.BELFRY_BENCH_ONLY ?? '')
/** `BELFRY_BENCH_BESIDE=nchan` leaves out the rivals whose name it does not match. */
const beside = new RegExp(process.env.BELFRY_BENCH_BESIDE ?? '')
const rounds = Number(process.env.BELFRY_BENCH_ROUNDS ?? 3)

const scenarios: (Deliveries & { atLeast?: Bounds })[] = [
  {
    name: 'broadcast, 1,000 streams',
    streams: 1000,
    audience: 'same',
    events: 1,
    publications: 100,
    atLeast: { nchan: 1, 'C epoll limit': 0.8 },
  },
  {
    name: 'broadcast, 10,000 streams',
    streams: 10_000,
    audience: 'same',
    events: 1,
    publications: 12,
    atLeast: { nchan: 1.2 },
  },
  {
    name: 'burst of 32, 1,000 streams',
    streams: 1000,
    audience: 'same',
    events: 32,
    publications: 20,
    atLeast: { nchan: 10 },
  },
  {
    name: 'targeted, 1,000 streams',
    streams: 1000,
    audience: 'own',
    events: 1,
    publications: 30,
    atLeast: { nchan: 1 },
  },
  { name: 'targeted, 10,000 streams', streams: 10_000, audience: 'own', events: 1, publications: 4 },
]
const commits: Deliveries = {
  name: 'commit to the last of 10,000',
  streams: 10_000,
  audience: 'same',
  events: 1,
  publications: 30,
}
/** A process may commonly open 20,000 files. */
const holding = { streams: 10_000, idleStreams: 19_000 }

export const run = () =>
  onPostgres(async place => {
    const folder = await mkdtemp(join(tmpdir(), 'belfry-fanout-'))
    const tools = { folder, client: compile('client', folder) }
    const rivals = [
      epollLimit(folder),
      nchan(folder, 1),
      nchan(folder, 2),
      nodeHttp('res.write'),
      nodeHttp('better-sse'),
    ].filter(({ name }) => beside.test(name))
    say(`making ${holding.idleStreams} users`)
    const world = await makeWorld(place, holding.idleStreams)
    try {
      const field: Field = { ours: belfry(world), rivals, rounds, tools }
      const figures: Figure[] = []
      for (const { atLeast, ...scenario } of scenarios)
        if (only.test(scenario.name)) figures.push(...(await compareDeliveries(field, scenario, atLeast)))
      if (only.test(commits.name))
        figures.push(...(await compareDelays({ ...field, rivals: [nchanFedBy(world, folder)] }, commits)))
      if (only.test('idle streams'))
        figures.push(...(await compareIdle(field, holding, { kbPerStream: 6, processorPercent: 15 })))
      return figures
    } finally {
      await world.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
