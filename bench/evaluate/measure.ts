// A process of its own, with what `npm start` starts: the server on a stored batch and saved views.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Database } from '../../src/db/database.ts'
import { createEvaluate, type Evaluate } from '../../src/monitoring/evaluate.ts'
import { recordBatch } from '../../src/monitoring/record.ts'
import { appendNotifications } from '../../src/notifications/append.ts'
import { startTestApp } from '../../test/support/app.ts'
import { answerOnce } from '../support/child.ts'
import { type Figure, median } from '../support/figures.ts'
import { monotonicMs } from '../support/load.ts'
import { type Place, say } from '../support/places.ts'
import { watchTurns } from '../support/turns.ts'
import { timeAlone } from './alone.ts'
import { cases } from './cases.ts'
import type { Made } from './make.ts'

const rounds = 3
const memoryEveryMs = 20
const maxMemoryMb = 1000
const maxHeldMs = 20
const aloneAtMostSeconds = 1.5

async function measure({ place, made }: { place: Place; made: Made }): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const { db } = app
  try {
    const figures: Figure[] = []
    let peakMb = 0
    for (const { items, views, atMost, besideSql } of cases) {
      say(`${place.engine}: ${items} items × ${views} views`)
      const batch = made.batches[items]!
      await keepViews(db, made.dataset, views)
      const timed: Timed[] = []
      for (let round = 0; round < rounds; round++)
        timed.push(await timeBatch(db, batch, views, app.app.evaluate))
      const seconds = timed.map(one => one.seconds)
      const range: [number, number] = [Math.min(...seconds), Math.max(...seconds)]
      const name = `${items} items × ${views} views, ${place.engine}`
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
      if (besideSql) {
        say(`${place.engine}: the same in SQL`)
        const { vectors, server } = app.app
        const bySql = createEvaluate({
          engine: db.engine,
          setting: 'sql',
          columnar: { count: () => Promise.reject(new Error('SQL was asked for.')) },
          vectors,
          logger: server.log,
        })
        const rival = { name: 'the SQL form', value: (await timeBatch(db, batch, views, bySql)).seconds }
        figures.push({ name: `${name}, beside SQL`, value: median(seconds), unit: 's', rival })
      }
    }
    figures.push({ name: `peak memory, ${place.engine}`, value: peakMb, unit: 'MB', atMost: maxMemoryMb })
    if (place.engine === 'PostgreSQL' && made.batches[100_000])
      figures.push(...(await timeAlone(db, made.batches[100_000], 1_000, aloneAtMostSeconds)))
    return figures
  } finally {
    await app.close()
  }
}

interface Timed {
  seconds: number
  /** The longest time for which nothing else ran on the main thread. */
  heldMs: number
  peakMb: number
}

async function timeBatch(db: Database, batchId: string, views: number, evaluate: Evaluate): Promise<Timed> {
  await forget(db, batchId)
  let peakBytes = 0
  const watching = setInterval(
    () => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())),
    memoryEveryMs,
  )
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const begun = monotonicMs()
  const recorded = await record(db, batchId, evaluate)
  const seconds = (monotonicMs() - begun) / 1000
  held.disable()
  clearInterval(watching)
  assert.equal(recorded.views, views)
  assert.deepEqual(recorded.failures, [])
  assert.deepEqual(recorded.report.differences, [])
  return { seconds, heldMs: held.max / 1e6, peakMb: peakBytes / 2 ** 20 }
}

const record = (db: Database, batchId: string, evaluate: Evaluate) =>
  db.transaction(async tx => {
    const recorded = await recordBatch(tx, batchId, evaluate)
    await appendNotifications(tx, recorded!.datasetId, recorded!.alertIds)
    return recorded!
  })

async function longestTurnMs(db: Database, batchId: string, evaluate: Evaluate): Promise<number> {
  await forget(db, batchId)
  const stop = watchTurns()
  await record(db, batchId, evaluate)
  return stop()
}

/** Only the first of them stay. */
async function keepViews(db: Database, dataset: string, count: number): Promise<void> {
  await db.query(sql`
    delete from views where dataset_id = ${dataset} and substr(name, length('view ') + 1)::int >= ${count}`)
  await db.query(sql`vacuum analyze views`)
}

/** The batch as it was before it was recorded. */
async function forget(db: Database, batchId: string): Promise<void> {
  await db.query(sql`delete from trend_points where batch_id = ${batchId}`)
  await db.query(sql`delete from alerts where batch_id = ${batchId}`)
  await db.query(sql`update batches set state = 'processed' where id = ${batchId}`)
  await db.query(sql`vacuum alerts, trend_points, notifications, views`)
}

await answerOnce(measure)
