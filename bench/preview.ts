// A preview of one view over 100 batches of 10,000 items, through the API, as somebody builds the view on a server that has
// just started: the first one of a column finds it stored, the next ones in memory. Beside it the same in SQL, and what the
// first one takes where nothing is stored.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Database } from '../src/db/database.ts'
import { createColumnarEvaluator } from '../src/monitoring/columnar/evaluator.ts'
import type { VqlItem } from '../src/views/filter.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from '../test/support/app.ts'
import type { Figure } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { makeProcessedBatch, tagIds, writeItems } from './workload.ts'

const [batches, itemsPerBatch] = [100, 10_000]
/** Made one by one; the others repeat them. */
const differentBatches = 5
const atMostSeconds = 1
const keepTimeoutMs = 300_000
/** As somebody who types on. */
const askAgainMs = 500

/** What somebody does to the filters, one after the other; each is a preview. */
const steps: [name: string, vql: VqlItem[], caption?: string][] = [
  ['a label', [{ labels: { op: 'one_of', value: ['red car'] } }]],
  ['another label', [{ labels: { op: 'one_of', value: ['blue truck'] } }]],
  ['an issue', [{ issues: { op: 'issue', value: 'blur', confidence_min: 0.5 } }]],
  ['another bound', [{ issues: { op: 'issue', value: 'blur', confidence_min: 0.7 } }]],
  ['a number', [{ metadata: { field_name: 'speed', op: 'gt', value: 50 } }]],
  ['another number', [{ metadata: { field_name: 'speed', op: 'gt', value: 70 } }]],
  ['words', [], 'truck OR bus'],
  ['other words', [], 'dog -street'],
  [
    'all of it',
    [
      { labels: { op: 'is_not', value: ['red car'] } },
      { issues: { op: 'issue', value: 'blur', confidence_min: 0.2 } },
      { metadata: { field_name: 'speed', op: 'lt', value: 60 } },
    ],
    'truck',
  ],
]

/** Those that ask for a column which was not read yet. */
const firsts = new Set(['a label', 'an issue', 'a number', 'words'])
/** What takes this share of the first answer's time was found in memory. */
const asFromMemory = 1 / 3

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const { engine } = place
  // With SQL alone the server stores no columns by itself, beside `keep`.
  const onlySql = { BELFRY_EVALUATOR: 'sql' }
  const { owner, dataset, figures } = await at(place, onlySql, async app => {
    const owner = await app.user()
    const dataset = await seedDataset(app, [owner])
    await app.db.query(sql`
      insert into tags (id, dataset_id, name) select id, ${dataset}, id::text from unnest(${tagIds}::uuid[]) as id`)
    await seed(app.db, dataset, engine)
    return { owner, dataset, figures: await keep(app.db, engine) }
  })
  const inSql = await at(place, onlySql, app => timeSteps(app, owner, dataset))
  const kept = await at(place, {}, app => timeSteps(app, owner, dataset))
  const unkept = await at(place, {}, async app => {
    await app.db.query(sql`truncate kept_columns`)
    return timeFirsts(app, owner, dataset)
  })
  for (const [i, [name]] of steps.entries()) {
    const [{ seconds, heldMs, counts }, rival] = [kept[i]!, inSql[i]!]
    assert.deepEqual(counts, rival.counts, name)
    const figure = `${name}, ${engine}`
    figures.push({ name: figure, value: seconds, unit: 's', atMost: atMostSeconds })
    figures.push({
      name: `${figure}, beside SQL`,
      value: seconds,
      unit: 's',
      rival: { name: 'the SQL form', value: rival.seconds },
    })
    figures.push({ name: `${figure}: longest hold of the main thread`, value: heldMs, unit: 'ms' })
  }
  for (const { name, seconds, readSeconds } of unkept) {
    figures.push({ name: `${name}, ${engine}, not kept`, value: seconds, unit: 's', atMost: atMostSeconds })
    figures.push({ name: `${name}, ${engine}, not kept: in memory after`, value: readSeconds, unit: 's' })
  }
  return figures
}

/** A server that has just started. */
async function at<T>(
  place: Place,
  env: Record<string, string>,
  work: (app: TestApp) => Promise<T>,
): Promise<T> {
  const app = await startTestApp({ place, env })
  try {
    return await work(app)
  } finally {
    await app.close()
  }
}

async function timeSteps(app: TestApp, owner: TestUser, dataset: string): Promise<Timed[]> {
  const timed: Timed[] = []
  for (const step of steps) timed.push(await time(app.url, owner, dataset, step))
  return timed
}

/** Where nothing is kept: SQL answers, and the column is read behind the answer. */
async function timeFirsts(app: TestApp, owner: TestUser, dataset: string) {
  const timed: { name: string; seconds: number; readSeconds: number }[] = []
  for (const step of steps.filter(([name]) => firsts.has(name))) {
    const { seconds } = await time(app.url, owner, dataset, step)
    const begun = performance.now()
    do await sleep(askAgainMs)
    while ((await time(app.url, owner, dataset, step)).seconds > seconds * asFromMemory)
    timed.push({ name: step[0], seconds, readSeconds: (performance.now() - begun) / 1000 })
  }
  return timed
}

/** What is done once a batch was evaluated. */
async function keep(db: Database, engine: string): Promise<Figure[]> {
  say(`${engine}: keeping columns`)
  const columnar = createColumnarEvaluator()
  const [begun, cpuBegun] = [performance.now(), process.cpuUsage()]
  assert.equal(await columnar.keepBatches(db, AbortSignal.timeout(keepTimeoutMs)), batches)
  const ms = (performance.now() - begun) / batches
  const { user, system } = process.cpuUsage(cpuBegun)
  await columnar.close()
  const [size] = await db.query<{ kept: number; items: number }>(sql`
    select pg_total_relation_size('kept_columns') as kept, pg_total_relation_size('items') as items`)
  return [
    { name: `keeping the columns of a batch, ${engine}`, value: ms, unit: 'ms' },
    {
      name: `the same, time of the processor here, ${engine}`,
      value: (user + system) / 1000 / batches,
      unit: 'ms',
    },
    {
      name: `bytes of kept columns an item, ${engine}`,
      value: size!.kept / (batches * itemsPerBatch),
      unit: 'B',
    },
    {
      name: `bytes of an item itself, with indexes, ${engine}`,
      value: size!.items / (batches * itemsPerBatch),
      unit: 'B',
    },
  ]
}

interface Timed {
  seconds: number
  heldMs: number
  counts: number[]
}

async function time(
  url: string,
  user: TestUser,
  dataset: string,
  [, vql, caption]: (typeof steps)[number],
): Promise<Timed> {
  const query = new URLSearchParams({ vql: JSON.stringify(vql), batches: String(batches) })
  if (caption) query.set('caption', caption)
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const begun = performance.now()
  const answer = await fetch(`${url}/api/v1/dataset/${dataset}/views/preview?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.token}` },
  })
  const preview = (await answer.json()) as { total: number; batches: { count: number }[] }
  const seconds = (performance.now() - begun) / 1000
  held.disable()
  assert.equal(preview.batches.length, batches)
  assert.ok(preview.total > 0)
  return { seconds, heldMs: held.max / 1e6, counts: preview.batches.map(({ count }) => count) }
}

async function seed(db: Database, dataset: string, engine: string): Promise<void> {
  const made: string[] = []
  for (let n = 0; n < batches; n++) {
    if (n % 10 === 0) say(`${engine}: writing batch ${n} of ${batches}`)
    const { id } = await makeProcessedBatch(db, dataset)
    if (n < differentBatches) {
      await writeItems(db, { id, datasetId: dataset }, itemsPerBatch, n)
      made.push(id)
    } else
      await db.query(sql`
        insert into items (dataset_id, batch_id, kind, state, width, height, format, ordinal, file_name, folder, labels,
          caption, tag_ids, metadata, blur, dark, bright, normal)
        select dataset_id, ${id}, kind, state, width, height, format, ordinal, file_name, folder, labels,
          caption, tag_ids, metadata, blur, dark, bright, normal
        from items where batch_id = ${made[n % differentBatches]!}`)
    await db.query(
      sql`update batches set state = 'evaluated', evaluated_at = clock_timestamp() where id = ${id}`,
    )
  }
  await db.query(sql`vacuum analyze items`)
}
