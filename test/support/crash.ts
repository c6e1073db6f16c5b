// Runs a batch through a server that kills itself on the way, and says what the batch left behind.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { chunkSize } from '../../src/media/measure-batch.ts'
import { startTestApp, type TestUser } from './app.ts'
import { type Child, forkBeside } from './child.ts'
import type { Order } from './crash-app.ts'
import { freshPlace } from './database.ts'
import { addMedia, emojiFiles, ended, newDataset } from './media.ts'

/** Two chunks, so that a crash can fall between them. */
export const pictures = chunkSize + 20
export const watched = 'Flags'
/** On PostgreSQL the next process waits for the lease of the dead one. */
const taskLeaseMs = 1_000

/** Each process would load the model of texts anew; vectors of pictures are written as its are. */
const models = { BELFRY_TEXT_MODEL: 'none' }

/** `what` is the batch that each run sends into a dataset of its own, all alike. Ends with the test file. */
export async function startCrashing(
  runs: number,
  what: () => Promise<FormData>,
  env: Record<string, string> = {},
) {
  const place = await freshPlace()
  const datasets: string[] = []
  const app = await startTestApp({ place, env: models })
  const user = await app.user()
  for (let run = 0; run < runs; run++) datasets.push(await prepare(user.api))
  await app.close()

  async function start(): Promise<Running> {
    const child = forkBeside('crash-app.ts', [], {
      env: {
        ...process.env,
        BELFRY_PORT: '0',
        BELFRY_DATA: place.dataFolder,
        BELFRY_LOG_LEVEL: process.env.BELFRY_TEST_LOG ?? 'warn',
        BELFRY_TASK_LEASE_MS: String(taskLeaseMs),
        ...models,
        ...env,
        ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl } : {}),
      },
    })
    const url = await child.says<string>()
    const api: TestUser['api'] = (path, init = {}) =>
      fetch(`${url}/api/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${user.token}`, ...init.headers },
      })
    return { child, api }
  }

  /** The process that goes on with a batch takes the next one. */
  let running = await start()
  after(async () => {
    await running.child.stop()
    await place.remove()
  })

  async function runThrough(crashAt?: string): Promise<Left> {
    const datasetId = datasets.pop()!
    await running.child.ask({ crashAt } satisfies Order)
    const answer = await addMedia(running.api, datasetId, await what())
    assert.equal(answer.status, 202, await answer.clone().text())
    if (crashAt) {
      assert.equal(await running.child.killedBy(), 'SIGKILL')
      running = await start()
    }
    return left(running, datasetId, answer.headers.get('location')!)
  }

  return { runThrough }
}

interface Running {
  child: Child
  api: TestUser['api']
}

export type Left = Awaited<ReturnType<typeof left>>

/** A dataset with a view that some of the pictures will match, and one that none will. */
async function prepare(api: TestUser['api']): Promise<string> {
  const datasetId = await newDataset(api, 'Crash', await emojiFiles(0, 3))
  for (const label of [watched, 'Nothing']) {
    const vql = JSON.stringify([{ labels: { op: 'one_of', value: [label] } }])
    const saved = await api(`/dataset/${datasetId}/views?vql=${encodeURIComponent(vql)}`, {
      method: 'POST',
      body: new URLSearchParams({ name: label }),
    })
    assert.equal(saved.status, 200, await saved.text())
  }
  return datasetId
}

/** Everything the batch leaves behind, without the ids and times that differ from run to run. */
async function left({ child, api }: Running, datasetId: string, location: string) {
  const read = async (path: string): Promise<any> => (await api(path)).json()
  const task = await ended(api, location)
  const ofBatch = (batchId: string) => batchId === task.batch_id
  const trends: Record<string, unknown> = {}
  for (const { id, name } of (await read(`/dataset/${datasetId}/views`)).views) {
    const { points } = await read(`/dataset/${datasetId}/views/${id}/trend`)
    trends[name] = points.map((point: { count: number; cumulative: number; batch_id: string }) => [
      point.count,
      point.cumulative,
      ofBatch(point.batch_id),
    ])
  }
  const { notifications } = await read(`/notifications?limit=100&dataset_id=${datasetId}`)
  const { status_new, n_images, n_objects } = await read(`/dataset/${datasetId}`)
  const statement = `
    select items.ordinal, items.kind, items.state, items.failure, items.file_name, items.labels, items.format,
           items.width, items.height, items.blur, items.dark, items.bright, parent.ordinal as parent
    from items left join items as parent on parent.id = items.parent_id
    where items.batch_id = '${task.batch_id}' order by items.ordinal`
  const items = await child.ask<object[]>({ statement } satisfies Order)
  return {
    task: [task.status, task.status_message, task.problems],
    dataset: { status_new, n_images, n_objects },
    trends,
    notifications: notifications.map(
      ({ metadata }: { metadata: { view_name: string; result_count: number; batch_id: string } }) => [
        metadata.view_name,
        metadata.result_count,
        ofBatch(metadata.batch_id),
      ],
    ),
    items,
  }
}
