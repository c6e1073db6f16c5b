// A preview of one view over 100 batches of 10,000 items, through the API, as somebody builds the view: the first one of a
// column is counted in SQL, the next ones find it in memory. Beside it the same in SQL.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Database } from '../src/db/database.ts'
import type { VqlItem } from '../src/views/filter.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestUser } from '../test/support/app.ts'
import type { Figure } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { makeProcessedBatch, tagIds, writeItems } from './workload.ts'

const [batches, itemsPerBatch] = [100, 10_000]
/** Made one by one; the others repeat them. */
const differentBatches = 5
const atMostSeconds = 1

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

/** Those that ask for a column which was not read yet: SQL answers, and the column is read behind the answer. */
const firsts = new Set(['a label', 'an issue', 'a number', 'words'])
/** What takes this share of the first answer's time was found in memory. */
const asFromMemory = 1 / 3

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const figures: Figure[] = []
  let dataset: string
  let owner: Awaited<ReturnType<typeof app.user>>
  const bySteps = new Map<string, Timed>()
  try {
    owner = await app.user()
    dataset = await seedDataset(app, [owner])
    await app.db.query(sql`
      insert into tags (id, dataset_id, name) select id, ${dataset}, id::text from unnest(${tagIds}::uuid[]) as id`)
    await seed(app.db, dataset, place.engine)
    for (const step of steps) {
      const first = await time(owner, dataset, step)
      bySteps.set(step[0], first)
      const begun = performance.now()
      if (firsts.has(step[0]))
        while ((await time(owner, dataset, step)).seconds > first.seconds * asFromMemory);
      first.readSeconds = (performance.now() - begun) / 1000
    }
  } finally {
    await app.close()
  }
  const inSql = await startTestApp({ place, env: { BELFRY_EVALUATOR: 'sql' } })
  try {
    for (const step of steps) {
      const [name] = step
      const { seconds, heldMs, counts, readSeconds } = bySteps.get(name)!
      const rival = await time(owner, dataset, step, inSql.url)
      assert.deepEqual(counts, rival.counts, name)
      const figure = `${name}, ${place.engine}`
      figures.push({ name: figure, value: seconds, unit: 's', atMost: atMostSeconds })
      figures.push({
        name: `${figure}, beside SQL`,
        value: seconds,
        unit: 's',
        rival: { name: 'the SQL form', value: rival.seconds },
      })
      if (firsts.has(name))
        figures.push({ name: `${figure}, in memory after`, value: readSeconds!, unit: 's' })
      figures.push({ name: `${figure}: longest hold of the main thread`, value: heldMs, unit: 'ms' })
    }
  } finally {
    await inSql.close()
  }
  return figures
}

interface Timed {
  seconds: number
  heldMs: number
  counts: number[]
  /** Until it was found in memory, asked again and again. */
  readSeconds?: number
}

async function time(
  user: TestUser,
  dataset: string,
  [, vql, caption]: (typeof steps)[number],
  url?: string,
): Promise<Timed> {
  const query = new URLSearchParams({ vql: JSON.stringify(vql), batches: String(batches) })
  if (caption) query.set('caption', caption)
  const path = `/dataset/${dataset}/views/preview?${query}`
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const begun = performance.now()
  const answer = await (url
    ? fetch(`${url}/api/v1${path}`, { method: 'POST', headers: { authorization: `Bearer ${user.token}` } })
    : user.api(path, { method: 'POST' }))
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
