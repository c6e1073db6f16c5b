// A dataset of 100,000 items with vectors: a search by likeness through the API, cold and warm, and the comparison of a batch of
// 1,000 more with all of them.
import sql from 'sql-template-tag'
import { compareBatch } from '../src/media/neighbours/compare.ts'
import type { TaskRun } from '../src/tasks/run.ts'
import { tilesOf, toUnitLength } from '../src/vectors/tile.ts'
import { writeTiles } from '../src/vectors/vectors.ts'
import { visualEmbedder } from '../src/vectors/visual.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from '../test/support/app.ts'
import { type Figure, median } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'

const [batches, itemsPerBatch, added] = [10, 10_000, 1_000]
const itemsPerTile = 64
const centres = Array.from({ length: 500 }, () => noise(1))
const rounds = 9

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const app = await startTestApp({ place })
  try {
    const user = await app.user()
    const dataset = await seedDataset(app, [user])
    say(`${place.engine}: ${batches * itemsPerBatch} items`)
    for (let i = 0; i < batches; i++) await seed(app, dataset, itemsPerBatch, i)
    await app.db.query(sql`analyze`)
    const flat: number[] = []
    for (let i = 0; i < rounds; i++) flat.push(await timeMs(() => explore(user, dataset, [])))
    const [anchor] = await app.db.query<{ id: string }>(sql`
      select id from items where dataset_id = ${dataset} order by id limit 1`)
    const like = [{ similarity: { op: 'media', value: anchor!.id, threshold: 0.4 } }]
    const cold = await timeMs(() => explore(user, dataset, like))
    const warm: number[] = []
    for (let i = 0; i < rounds; i++) warm.push(await timeMs(() => explore(user, dataset, like)))
    say(`${place.engine}: ${added} more`)
    const batch = await seed(app, dataset, added, batches)
    const before = process.cpuUsage()
    const compared = await timeMs(() =>
      compareBatch({ db: app.db, vectors: app.app.vectors }, standIn, { id: batch, dataset_id: dataset }),
    )
    const { user: own, system } = process.cpuUsage(before)
    return [
      { name: `explore, first page, ${place.engine}`, value: median(flat), unit: 'ms', atMost: 300 },
      { name: `explore by likeness, first time, ${place.engine}`, value: cold, unit: 'ms' },
      { name: `explore by likeness, ${place.engine}`, value: median(warm), unit: 'ms', atMost: 300 },
      { name: `1,000 more compared with all, ${place.engine}`, value: compared / 1000, unit: 's', atMost: 5 },
      // Without the database's; nearly all of it is one thread's, so an idle machine takes little longer.
      { name: `the same, processor time, ${place.engine}`, value: (own + system) / 1e6, unit: 's' },
    ]
  } finally {
    await app.close()
  }
}

/** Comparing needs a task only to be stopped, and to be sure that it still owns it. */
const standIn = { signal: new AbortController().signal, hold: async () => {} } as unknown as TaskRun

async function explore(user: TestUser, dataset: string, vql: object[]): Promise<void> {
  const answer = await user.api(`/explore/${dataset}?${new URLSearchParams({ vql: JSON.stringify(vql) })}`)
  const { clusters } = (await answer.json()) as { clusters: unknown[] }
  if (clusters.length === 0) throw new Error('Nothing was found.')
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** An evaluated batch whose items lie around some of the centres. Returns its id. */
async function seed({ db }: TestApp, dataset: string, count: number, seq: number): Promise<string> {
  const [batch] = await db.query<{ id: string }>(sql`
    insert into batches (dataset_id, state, accepted_seq, evaluated_at)
    values (${dataset}, 'evaluated', ${seq}, clock_timestamp()) returning id`)
  await db.query(sql`
    insert into items (dataset_id, batch_id, ordinal, kind, state, file_name, labels, nearest_likeness, isolation)
    select ${dataset}, ${batch!.id}, n, 'IMAGE', 'ready', n || '.png', array['label ' || n % 50], 0.5, 0.5
    from generate_series(0, ${count - 1}::integer) n`)
  for (let first = 0; first < count; first += itemsPerTile) {
    const embedded = Array.from({ length: Math.min(itemsPerTile, count - first) }, (_, i) => {
      const centre = centres[Math.floor(Math.random() * centres.length)]!
      const away = noise(0.8)
      return { ordinal: first + i, vector: toUnitLength(centre.map((value, at) => value + away[at]!)) }
    })
    await db.transaction(tx => writeTiles(tx, batch!.id, tilesOf(visualEmbedder.id, 'IMAGE', embedded)))
  }
  return batch!.id
}

function noise(scale: number): Float32Array {
  return Float32Array.from({ length: visualEmbedder.dims }, () => scale * (Math.random() + Math.random() - 1))
}
