// A process of its own, with what `npm start` starts: the server on a stored batch and saved views.
import type { Database } from '../../src/db/database.ts'
import type { Evaluate } from '../../src/monitoring/evaluate.ts'
import { startTestApp } from '../../test/support/app.ts'
import { answerOnce } from '../support/child.ts'
import { type Figure, median } from '../support/figures.ts'
import { type Place, say } from '../support/places.ts'
import { watchTurns } from '../support/turns.ts'
import { timeAlone } from './alone.ts'
import { forget, keepViews, record, type Timed, timeBatch } from './batch.ts'
import { cases, nameOf } from './cases.ts'
import type { Made } from './make.ts'

const rounds = 3
const maxMemoryMb = 1000
const maxHeldMs = 20
const aloneAtMostSeconds = 1.5

async function measure({ place, made }: { place: Place; made: Made }): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const { db } = app
  try {
    const figures: Figure[] = []
    let peakMb = 0
    for (const one of cases) {
      const { items, views, atMost } = one
      const name = nameOf(one, place.engine)
      say(name)
      const batch = made.batches[items]!
      await keepViews(db, made.dataset, views)
      const timed: Timed[] = []
      for (let round = 0; round < rounds; round++)
        timed.push(await timeBatch(db, batch, views, app.app.evaluate))
      const seconds = timed.map(one => one.seconds)
      const range: [number, number] = [Math.min(...seconds), Math.max(...seconds)]
      figures.push({ name, value: median(seconds), range, unit: 's', atMost: atMost?.[place.engine] })
      figures.push({
        name: `${name}: longest hold of the main thread`,
        value: median(timed.map(one => one.heldMs)),
        unit: 'ms',
        atMost: maxHeldMs,
      })
      figures.push({
        name: `${name}: longest turn of the main thread, its own processor time`,
        value: await longestTurnMs(db, batch, app.app.evaluate),
        unit: 'ms',
        atMost: maxHeldMs,
      })
      peakMb = Math.max(peakMb, ...timed.map(one => one.peakMb))
    }
    figures.push({ name: `peak memory, ${place.engine}`, value: peakMb, unit: 'MB', atMost: maxMemoryMb })
    if (place.engine === 'PostgreSQL' && made.batches[100_000])
      figures.push(...(await timeAlone(db, made.batches[100_000], 1_000, aloneAtMostSeconds)))
    return figures
  } finally {
    await app.close()
  }
}

async function longestTurnMs(db: Database, batchId: string, evaluate: Evaluate): Promise<number> {
  await forget(db, batchId)
  const stop = watchTurns()
  await record(db, batchId, evaluate)
  return stop()
}

await answerOnce(measure)
