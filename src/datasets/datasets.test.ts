import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { type TestUser, testApp } from '../../test/support/app.ts'
import { onPostgres } from '../../test/support/database.ts'
import { untilWaiting } from '../../test/support/locks.ts'
import { type Dataset, nextEventSeq, setDatasetStatus } from './datasets.ts'

const app = await testApp()
const owner = await app.user()

const form = (fields: Record<string, string>) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return { method: 'POST', body }
}
const make = (user: TestUser, name: string) => user.api('/dataset', form({ dataset_name: name }))
const made = async (user: TestUser, name: string) =>
  ((await (await make(user, name)).json()) as { dataset_id: string }).dataset_id
const detail = async (answer: Response) => ((await answer.json()) as { detail: string }).detail

test('a new dataset is an empty draft, which its owner alone sees', async () => {
  const answer = await make(owner, '  Ice cream ')
  const { dataset_id, id } = (await answer.json()) as { dataset_id: string; id: string }
  assert.equal(dataset_id, id)
  const dataset = (await (await owner.api(`/dataset/${id}`)).json()) as Dataset
  const { created_at, ...rest } = dataset
  assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  assert.deepEqual(rest, {
    id,
    display_name: 'Ice cream',
    description: '',
    source_type: 'LOCAL',
    owned_by: owner.id,
    status_new: 'DRAFT',
    status: 'DRAFT',
    progress: 0,
    embedding_config: null,
    language: 'english',
    n_images: 0,
    n_videos: 0,
    n_objects: 0,
    fatal_error_msg: null,
    source_dataset_id: null,
  })
  assert.deepEqual(await (await owner.api('/datasets')).json(), [dataset])
  assert.deepEqual(await (await owner.api(`/manage/${id}/share`)).json(), [
    { email: owner.email, role: 'owner' },
  ])

  const other = await app.user()
  assert.deepEqual(await (await other.api('/datasets')).json(), [])
  const hidden = await other.api(`/dataset/${id}`)
  const absent = await other.api('/dataset/00000000-0000-4000-8000-000000000000')
  assert.deepEqual([hidden.status, absent.status], [404, 404])
  assert.deepEqual(await hidden.json(), await absent.json())
})

test('a url-encoded form makes one too', async () => {
  const answer = await owner.api('/dataset', {
    method: 'POST',
    body: new URLSearchParams({ dataset_name: 'x' }),
  })
  assert.equal(answer.status, 200)
})

test('names and sources that cannot be are refused', async () => {
  for (const name of ['', '   ', 'x'.repeat(201), 'a\0b', 'a\nb', '\x1b[2Ja'])
    assert.equal((await make(owner, name)).status, 422, name)
  assert.equal(await detail(await owner.api('/dataset', form({}))), "Body field 'dataset_name' is required.")
  const bucket = await owner.api('/dataset', form({ dataset_name: 'x', bucket_path: 's3://b/p' }))
  assert.equal(bucket.status, 400)
  const long = await owner.api('/dataset', form({ dataset_name: 'x'.repeat(100_000) }))
  assert.equal(long.status, 413)
  const file = new FormData()
  file.set('dataset_name', new Blob(['x']), 'x.txt')
  assert.equal((await owner.api('/dataset', { method: 'POST', body: file })).status, 413)
})

test('datasets are listed newest first, in pages for whoever has many', async () => {
  const user = await app.user()
  const names = ['first', 'second', 'third']
  for (const name of names) await made(user, name)
  const list = async (query: string) =>
    ((await (await user.api(`/datasets${query}`)).json()) as Dataset[]).map(dataset => dataset.display_name)
  assert.deepEqual(await list(''), ['third', 'second', 'first'])
  assert.deepEqual(await list('?limit=1&offset=1'), ['second'])
  assert.equal((await user.api('/datasets?limit=0')).status, 422)
})

test('the creation status follows the dataset', async () => {
  const id = await made(owner, 'Status')
  await setDatasetStatus(app.db, id, 'ERROR', { progress: 40, fatalError: 'no space left' })
  const status = await owner.api(`/datasets/${id}/creation-status`)
  assert.deepEqual(await status.json(), { status: 'ERROR', progress: 40 })
  await setDatasetStatus(app.db, id, 'READY')
  const dataset = (await (await owner.api(`/dataset/${id}`)).json()) as Dataset
  assert.deepEqual([dataset.status_new, dataset.progress, dataset.fatal_error_msg], ['READY', 40, null])
})

test('the order of events gives each number once, whoever asks at the same time', async () => {
  const id = await made(owner, 'Order')
  const numbers = await Promise.all(
    Array.from({ length: 10 }, () => app.db.transaction(tx => nextEventSeq(tx, id))),
  )
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
})

test('a deleted dataset is gone; its past notifications stay, without it', async () => {
  const id = await made(owner, 'Deleted')
  const [alert] = await app.db.query<{ id: string }>(sql`
    insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
      matched, raised_at)
    values (gen_random_uuid(), gen_random_uuid(), ${id}, 'v', 'Deleted', 1, 'IMAGES', '{}', '{0}', now())
    returning id`)
  await app.db.query(sql`
    insert into notifications (user_id, alert_id, dataset_id, created_at)
    values (${owner.id}, ${alert!.id}, ${id}, now())`)

  const answer = await owner.api(`/dataset/${id}`, { method: 'DELETE' })
  assert.deepEqual([answer.status, await answer.text()], [200, 'null'])
  assert.equal((await owner.api(`/dataset/${id}`)).status, 404)
  assert.equal((await owner.api(`/dataset/${id}`, { method: 'DELETE' })).status, 404)
  const list = (await (await owner.api('/notifications')).json()) as { notifications: { dataset_id: null }[] }
  assert.deepEqual(
    list.notifications.map(notification => notification.dataset_id),
    [null],
  )
})

test('of two who delete a dataset at once one is told that it is not there', {
  skip: !onPostgres && 'needs two connections',
}, async () => {
  const id = await made(owner, 'Raced')
  let racing: Promise<Response>[] = []
  await app.db.transaction(async tx => {
    await tx.query(sql`select from datasets where id = ${id} for update`)
    racing = [1, 2].map(() => owner.api(`/dataset/${id}`, { method: 'DELETE' }))
    await untilWaiting(app.db, 2)
  })
  const answers = await Promise.all(racing)
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404])
})
