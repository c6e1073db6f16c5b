// A stored batch against saved views, end to end: read, count, points, counters, alerts and notifications, committed. How
// it grows with items and views; beside it the SQL form in the same run, and the columnar evaluator alone on one thread.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Database } from '../src/db/database.ts'
import { createColumnarEvaluator } from '../src/monitoring/columnar/evaluator.ts'
import { createEvaluate, type Evaluate } from '../src/monitoring/evaluate.ts'
import { recordBatch } from '../src/monitoring/record.ts'
import { appendNotifications } from '../src/notifications/append.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp } from '../test/support/app.ts'
import { timeAlone } from './evaluate/alone.ts'
import { type Figure, median } from './support/figures.ts'
import { monotonicMs } from './support/load.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { watchTurns } from './support/turns.ts'
import { makeProcessedBatch, makeViews, tagIds, writeItems, writeVectors, writeViews } from './workload.ts'

interface Case {
  items: number
  views: number
  /** Seconds, on each engine. */
  atMost?: { embedded: number; PostgreSQL: number }
  /** Counted in SQL as well, once: on the largest case that would take ten minutes. */
  besideSql?: true
}
const allCases: Case[] = [
  { items: 10_000, views: 100, besideSql: true, atMost: { embedded: 3, PostgreSQL: 1 } },
  { items: 10_000, views: 1_000, besideSql: true, atMost: { embedded: 0.8, PostgreSQL: 0.5 } },
  { items: 10_000, views: 10_000 },
  { items: 100_000, views: 100 },
  { items: 100_000, views: 1_000, besideSql: true },
  { items: 100_000, views: 10_000, atMost: { embedded: 10, PostgreSQL: 6 } },
]
/** `BELFRY_BENCH_ONLY='100000 x 10000'` runs the cases that match, while a figure is being worked on. */
const only = process.env.BELFRY_BENCH_ONLY ?? ''
const cases = allCases.filter(({ items, views }) => `${items} x ${views}`.includes(only))
const rounds = 3
const memoryEveryMs = 20
const maxMemoryMb = 1000
const maxHeldMs = 20
const aloneAtMostSeconds = 1.5

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const columnar = createColumnarEvaluator()
  const parts = { engine: app.db.engine, columnar, vectors: app.app.vectors, logger: app.app.server.log }
  const bySql = createEvaluate({ ...parts, setting: 'sql' })
  const figures: Figure[] = []
  let peakMb = 0
  try {
    const owner = await app.user()
    const dataset = await seedDataset(app, [owner])
    await app.db.query(sql`
      insert into tags (id, dataset_id, name) select id, ${dataset}, id::text from unnest(${tagIds}::uuid[]) as id`)
    const batches = new Map<number, string>()
    for (const items of new Set(cases.map(({ items }) => items))) {
      say(`${place.engine}: writing ${items} items`)
      const batch = await makeProcessedBatch(app.db, dataset)
      await writeItems(app.db, batch, items, items)
      await writeVectors(app.db, batch.id, items, items)
      batches.set(items, batch.id)
    }
    await app.db.query(sql`vacuum analyze items`)

    for (const { items, views, atMost, besideSql } of cases) {
      say(`${place.engine}: ${items} items × ${views} views`)
      const batch = batches.get(items)!
      await app.db.query(sql`delete from views where dataset_id = ${dataset}`)
      await writeViews(app.db, { datasetId: dataset, userId: owner.id }, makeViews(views, 1))
      const timed: Timed[] = []
      for (let round = 0; round < rounds; round++)
        timed.push(await timeBatch(app.db, batch, views, app.app.evaluate))
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
        value: await longestTurnMs(app.db, batch, app.app.evaluate),
        unit: 'ms',
        atMost: maxHeldMs,
      })
      peakMb = Math.max(peakMb, ...timed.map(one => one.peakMb))
      if (besideSql) {
        say(`${place.engine}: the same in SQL`)
        const rival = { name: 'the SQL form', value: (await timeBatch(app.db, batch, views, bySql)).seconds }
        figures.push({ name: `${name}, beside SQL`, value: median(seconds), unit: 's', rival })
      }
    }
    figures.push({ name: `peak memory, ${place.engine}`, value: peakMb, unit: 'MB', atMost: maxMemoryMb })
    if (place.engine === 'PostgreSQL' && batches.has(100_000))
      figures.push(...(await timeAlone(app.db, batches.get(100_000)!, 1_000, aloneAtMostSeconds)))
    return figures
  } finally {
    await columnar.close()
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
  global.gc?.()
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
  global.gc?.()
  const stop = watchTurns()
  await record(db, batchId, evaluate)
  return stop()
}

/** The batch as it was before it was recorded. */
async function forget(db: Database, batchId: string): Promise<void> {
  await db.query(sql`delete from trend_points where batch_id = ${batchId}`)
  await db.query(sql`delete from alerts where batch_id = ${batchId}`)
  await db.query(sql`update batches set state = 'processed' where id = ${batchId}`)
  await db.query(sql`vacuum alerts, trend_points, notifications, views`)
}
