// What the demo does, step by step, as any client of the API would.
import { BelfryClient, type Dataset, type UploadFile, type ViewFilters } from '@belfry/client'
import type { App } from '../../app.ts'
import { setupKeyOf } from '../../auth/credentials.ts'
import { followTask, send } from '../commands/add.ts'
import { Failed } from '../failure.ts'
import { count, print } from '../output.ts'
import { type Alerts, followAlerts } from './alerts.ts'
import { line } from './line.ts'
import { asUpload, type Picture, readPictures } from './pictures.ts'
import { type DemoPlace, type Keys, markPlace } from './place.ts'

const datasetName = 'Emoji'
const firstBatch = 400
const laterBatches = 3
const laterBatch = 200
/** An alert is pushed when its transaction commits; this is an eternity. */
const deliveryDeadlineMs = 5_000

const views: { name: string; filters: ViewFilters }[] = [
  { name: 'Food & drink', filters: { vql: [{ labels: { op: 'one_of', value: ['Food & Drink'] } }] } },
  { name: 'Ice cream', filters: { caption: '"ice cream"' } },
  { name: 'Bright pictures', filters: { vql: [{ issues: { op: 'issue', value: 'bright' } }] } },
]

/** Plays it on a running server; resolves with how many alerts arrived, which is all that were raised. */
export async function play(app: App, place: DemoPlace, folder: string, signal: AbortSignal) {
  const keys = place.keys ?? (await makeUser(app, place))
  const client = new BelfryClient({ url: app.url, ...keys })
  const upload = (pictures: Picture[]) => asUpload(pictures, folder)
  const pictures = inShowOrder(await readPictures(folder))
  let dataset = await openDataset(client, signal)
  if (dataset.status_new === 'DRAFT') {
    const seconds = await addBatch(client, dataset, await upload(pictures.slice(0, firstBatch)), signal)
    line('Dataset', `${datasetName}: ${count(firstBatch, 'picture')}, indexed in ${seconds} s`)
  } else line('Dataset', `${datasetName}: ${count(dataset.n_images, 'picture')} from earlier runs`)

  await saveViews(client, dataset.id)
  line('Views', views.map(({ name }) => name).join(' · '))
  const alerts = await followAlerts(client, signal)
  const unreadBefore = await client.notifications.unreadCount()
  line('Stream', 'open, and waiting for alerts')

  for (let batch = 1; batch <= laterBatches; batch++) {
    dataset = await client.datasets.get(dataset.id)
    const start = dataset.n_images % pictures.length
    const added = pictures.slice(start, start + laterBatch)
    print('')
    const seconds = await addBatch(client, dataset, await upload(added), signal)
    await allArrived(client, alerts, unreadBefore)
    line(`Batch ${batch}`, `${count(added.length, 'picture')} added and evaluated in ${seconds} s`)
  }
  print('')
  line('Unread', count(await client.notifications.unreadCount(), 'notification'))
  const link = await client.users.signInLink((await client.users.me()).user_id, setupKeyOf(app.serverKey))
  return { keys, link, seen: alerts.seen }
}

async function makeUser({ url, serverKey }: App, { folder }: DemoPlace): Promise<Keys> {
  const email = `demo-${Date.now().toString(36)}@example.com` // an earlier run may have ended before it kept its keys
  const user = await new BelfryClient({ url }).users.create({ email, name: 'Demo' }, setupKeyOf(serverKey))
  const keys = { apiKey: user.api_key, apiSecret: user.api_secret }
  await markPlace(folder, keys)
  return keys
}

/** The dataset of an earlier run, once what that run left behind is done, or a new one. */
async function openDataset(client: BelfryClient, signal: AbortSignal): Promise<Dataset> {
  const found = (await client.datasets.list()).find(({ display_name }) => display_name === datasetName)
  const id = found?.id ?? (await client.datasets.create(datasetName))
  const { tasks } = await client.tasks.list({ dataset_id: id })
  for (const { task_id, end_time } of tasks) if (end_time === null) await followTask(client, task_id, signal)
  return client.datasets.get(id)
}

async function saveViews(client: BelfryClient, datasetId: string): Promise<void> {
  const present = new Set((await client.views.list(datasetId)).map(({ name }) => name))
  for (const { name, filters } of views)
    if (!present.has(name)) await client.views.create(datasetId, name, filters)
}

/** Returns how many seconds it took from the first byte until the views were evaluated. */
async function addBatch(
  client: BelfryClient,
  dataset: Dataset,
  files: UploadFile[],
  signal: AbortSignal,
): Promise<string> {
  const startedMs = performance.now()
  const totalBytes = files.reduce((sum, { data }) => sum + data.size, 0)
  const sources = { source: { files }, files: files.length, totalBytes, skipped: 0 }
  const { taskId } = await send(client, dataset, sources, { signal })
  const task = await followTask(client, taskId, signal)
  if (task.status !== 'COMPLETED')
    throw new Failed(`The batch ended as ${task.status}: ${task.error_message}`)
  return ((performance.now() - startedMs) / 1000).toFixed(1)
}

/** The list and the stream must tell the same. */
async function allArrived(client: BelfryClient, alerts: Alerts, unreadBefore: number): Promise<void> {
  const raised = (await client.notifications.unreadCount()) - unreadBefore
  if (!(await alerts.arrived(raised, deliveryDeadlineMs)))
    throw new Failed(
      `${count(raised, 'alert')} raised, but only ${alerts.seen} arrived within ${deliveryDeadlineMs} ms.`,
    )
}

/** The ice creams come right after the first batch, so that the second view has something to say at once. */
function inShowOrder(pictures: Picture[]): Picture[] {
  const isSweet = ({ caption }: Picture) => caption.includes('ice cream')
  const others = pictures.filter(picture => !isSweet(picture))
  return [...others.slice(0, firstBatch), ...pictures.filter(isSweet), ...others.slice(firstBatch)]
}
