// Servers beside each other: all are run in turns, so that each has its share of the machine's moods, and what is said
// is the median with the least and the most.
import { loadavg } from 'node:os'
import { type Figure, median, quantile } from '../support/figures.ts'
import { say } from '../support/places.ts'
import { type Delivered, type Deliveries, deliver } from './deliver.ts'
import { type Held, type Holding, hold } from './hold.ts'
import type { Tools } from './readers.ts'
import type { Rival } from './rival.ts'

export interface Field {
  ours: Rival
  rivals: Rival[]
  rounds: number
  tools: Tools
}
/** Bounds on ours divided by the rival's of that name. */
export type Bounds = { [rival: string]: number }

export async function compareDeliveries(
  field: Field,
  scenario: Deliveries,
  bounds: Bounds = {},
): Promise<Figure[]> {
  const runs = await inTurns(
    field,
    scenario.name,
    rival => deliver(rival, scenario, field.tools),
    describeDelivered,
  )
  return [
    ...beside(runs, `${scenario.name}: from the commit`, '/s', run => [run.perSecond], bounds),
    ...beside(runs, `${scenario.name}: fan-out alone`, '/s', run => [run.fanOutPerSecond], bounds),
    ...beside(runs, `${scenario.name}: processor time`, 'µs', run => [run.processorUs]),
  ]
}

/** Beside one rival, how long a publication took until its last arrival. */
export async function compareDelays(field: Field, scenario: Deliveries): Promise<Figure[]> {
  const runs = await inTurns(
    field,
    scenario.name,
    rival => deliver(rival, scenario, field.tools),
    describeDelivered,
  )
  const [ours, theirs] = [...runs.values()].map(delivered => delivered.flatMap(run => run.delaysMs))
  return [0.5, 0.99].map(share => ({
    name: `${scenario.name}, p${share * 100}`,
    value: quantile(ours!, share),
    unit: 'ms',
    rival: { name: field.rivals[0]!.name, value: quantile(theirs!, share) },
  }))
}

export async function compareIdle(
  field: Field,
  holding: Holding,
  atMost: { kbPerStream: number; processorPercent: number },
): Promise<Figure[]> {
  const runs = await inTurns(field, 'idle streams', rival => hold(rival, holding, field.tools), describeHeld)
  const ours = runs.get(field.ours)!
  const memory = `memory of an idle stream, ${holding.streams} open`
  const processor = `processor, ${holding.idleStreams} idle streams`
  return [
    { name: memory, ...summary(ours.map(run => run.kbPerStream)), unit: 'kB', atMost: atMost.kbPerStream },
    ...beside(runs, memory, 'kB', run => [run.kbPerStream]),
    ...beside(runs, `reconnects of ${holding.streams} streams`, '/s', run => run.reconnectsPerSecond),
    {
      name: processor,
      ...summary(ours.map(run => run.processorPercent)),
      unit: '% of a core',
      atMost: atMost.processorPercent,
    },
    ...beside(runs, processor, '% of a core', run => [run.processorPercent]),
    {
      name: `an event to one of ${holding.idleStreams} streams`,
      ...summary(ours.map(run => run.amid)),
      unit: 'ms',
      rival: { name: 'to the only one', ...summary(ours.map(run => run.alone)) },
    },
  ]
}

/** The runs of each server, ours first. */
async function inTurns<Run>(
  { ours, rivals, rounds }: Field,
  name: string,
  run: (rival: Rival) => Promise<Run>,
  describe: (run: Run) => string,
): Promise<Map<Rival, Run[]>> {
  const runs = new Map<Rival, Run[]>([ours, ...rivals].map(rival => [rival, []]))
  for (let round = 1; round <= rounds; round++)
    for (const [rival, done] of runs) {
      const one = await run(rival)
      done.push(one)
      say(`${name}, round ${round}, ${rival.name}: ${describe(one)}; load ${loadavg()[0]!.toFixed(1)}`)
    }
  return runs
}

/** A figure for each rival. */
function beside<Run>(
  runs: Map<Rival, Run[]>,
  name: string,
  unit: string,
  of: (run: Run) => number[],
  atLeast: Bounds = {},
): Figure[] {
  const [[, ours], ...others] = [...runs] as [[Rival, Run[]], ...[Rival, Run[]][]]
  return others
    .map(([rival, theirs]) => ({
      name: `${name} / ${rival.name}`,
      ...summary(ours.flatMap(of)),
      unit,
      rival: { name: rival.name, ...summary(theirs.flatMap(of)) },
      ...(atLeast[rival.name] === undefined ? {} : { atLeast: atLeast[rival.name]! }),
    }))
    .filter(({ rival }) => rival.value >= leastMeasurable)
}

/** The loop in C sends no pings and keeps nothing of a stream: there is nothing to divide by. */
const leastMeasurable = 0.01

const summary = (values: number[]) => ({
  value: median(values),
  range: [Math.min(...values), Math.max(...values)] as [number, number],
})

const thousands = (perSecond: number) => `${(perSecond / 1000).toFixed(perSecond < 10_000 ? 1 : 0)}k/s`

const describeDelivered = ({ perSecond, fanOutPerSecond, processorUs }: Delivered) =>
  `${thousands(perSecond)}, fan-out alone ${thousands(fanOutPerSecond)}, ${processorUs.toFixed(1)} µs each`

const describeHeld = ({ kbPerStream, reconnectsPerSecond, processorPercent, alone, amid }: Held) =>
  `${kbPerStream.toFixed(1)} kB, ${reconnectsPerSecond.map(Math.round).join(' ')} reconnects/s, ` +
  `${processorPercent.toFixed(1)} % of a core, to one alone ${alone.toFixed(2)} ms, amid ${amid.toFixed(2)} ms`
