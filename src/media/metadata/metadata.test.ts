// Custom metadata, along the steps of the public documentation.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '../../../test/support/app.ts'
import { emojiFiles, newDataset } from '../../../test/support/media.ts'

const app = await testApp()
const user = await app.user()
const read = async (path: string): Promise<any> => (await user.api(path)).json()
const dataset = await newDataset(user.api, 'Metadata', await emojiFiles(0, 3))
const at = `/datasets/${dataset}/custom_metadata`
const media = (await read(`/explore/${dataset}`)).clusters.map((cluster: any) => cluster.previews[0].media_id)

const post = async (path: string, body: unknown): Promise<{ status: number; body: any }> => {
  const headers = { 'content-type': 'application/json' }
  const answer = await user.api(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}
async function declare(field: object): Promise<string> {
  const { status, body } = await post(`${at}/tasks`, field)
  assert.deepEqual([status, body.status], [200, 'INIT'], JSON.stringify(body))
  return body.task_id
}
async function upload(taskId: string, rows: unknown) {
  const form = new FormData()
  form.set('file', new Blob([JSON.stringify(rows)]), 'metadata.json')
  const answer = await user.api(`${at}/tasks/${taskId}`, { method: 'POST', body: form })
  assert.equal(answer.status, 200, await answer.clone().text())
  return read(`${at}/tasks/${taskId}/status`)
}
const count = async (filter: object) =>
  (await read(`/explore/${dataset}?vql=${encodeURIComponent(JSON.stringify([{ metadata: filter }]))}`))
    .metadata.total

test('every type: declared, filled, read back, filtered', async () => {
  const one = (value: unknown) => [{ media_id: media[0], value }]
  const fields: [object, unknown, unknown, object][] = [
    [{ field_name: 'weather', field_type: 'string' }, 'Sunny', 'Sunny', { op: 'contains', value: 'unn' }],
    [{ field_name: 'temperature', field_type: 'float' }, 23.5, 23.5, { op: 'gt', value: 20 }],
    [
      { field_name: 'taken', field_type: 'datetime' },
      '2026-03-31T10:00:00Z',
      '2026-03-31T10:00:00.000000',
      { op: 'between', value: ['2026-03-31', '2026-04-01'] },
    ],
    [
      { field_name: 'page', field_type: 'link' },
      'https://a.example/x',
      'https://a.example/x',
      { op: 'contains', value: 'a.example' },
    ],
    [
      { field_name: 'priority', field_type: 'enum', enum_options: ['Low', 'High'], is_multi: false },
      'High',
      'High',
      { op: 'is', value: 'High' },
    ],
    [
      { field_name: 'colours', field_type: 'enum', enum_options: ['red', 'green', 'blue'], is_multi: true },
      ['red', 'blue'],
      ['red', 'blue'],
      { op: 'one_of', value: ['blue', 'black'] },
    ],
  ]
  for (const [field, value, kept, filter] of fields) {
    const status = await upload(await declare(field), one(value))
    assert.deepEqual(
      [status.status, status.progress, status.inserted_rows, status.error_count, status.sample_errors],
      ['COMPLETED', 100, 1, 0, []],
      JSON.stringify(field),
    )
    const { field_name, field_type } = field as { field_name: string; field_type: string }
    const shown = await read(`/datasets/${dataset}/image/${media[0]}/custom_metadata`)
    assert.deepEqual(
      shown.find((one: any) => one.field_name === field_name),
      { field_name, field_type, value: kept },
    )
    assert.equal(await count({ field_name, ...filter }), 1, JSON.stringify(filter))
  }
  const schema = await read(`${at}/schema`)
  assert.deepEqual(
    schema.map((one: any) => one.field_name),
    fields.map(([field]) => (field as any).field_name),
  )
  const { tasks } = await read(`/tasks?dataset_id=${dataset}&task_type=CUSTOM_METADATA`)
  assert.equal(tasks.length, fields.length)
  // Microseconds of the database: all of them would hardly end in 000.
  assert.ok(tasks.some((task: any) => !task.start_time.endsWith('000Z')))
})

test('bad rows are refused alone and named', async () => {
  const taskId = await declare({ field_name: 'speed', field_type: 'float' })
  const status = await upload(taskId, [
    { media_id: media[0], value: 1 },
    { media_id: media[1], value: 'fast' },
    { media_id: '11111111-1111-4111-8111-111111111111', value: 2 },
    { media_id: 'nonsense', value: 3 },
    'nonsense',
    { media_id: media[2], value: 4 },
  ])
  assert.deepEqual([status.status, status.inserted_rows, status.error_count], ['COMPLETED_WITH_ERRORS', 2, 4])
  assert.deepEqual(
    status.sample_errors.toSorted((a: any, b: any) => a.row_index - b.row_index),
    [
      { reason: 'Expected Float', row_index: 1 },
      { reason: 'The dataset has no such media_id', row_index: 2 },
      { reason: 'Expected a media_id', row_index: 3 },
      { reason: 'Expected a media_id', row_index: 4 },
    ],
  )
  const again = await user.api(`${at}/tasks/${taskId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '[]',
  })
  assert.equal(again.status, 409)
})

test('text that no row can hold is refused alone', async () => {
  for (const [field_type, more, reason] of [
    ['string', 'a', 'Expected no U+0000 and no half of a surrogate pair'],
    ['link', 'https://a.example/', 'Expected Link'],
  ] as const) {
    const status = await upload(await declare({ field_name: `odd ${field_type}`, field_type }), [
      { media_id: media[0], value: `${more}\0` },
      { media_id: media[1], value: `${more}\ud800` },
      { media_id: media[2], value: `${more}fine` },
    ])
    assert.deepEqual(
      [status.inserted_rows, status.sample_errors],
      [
        1,
        [
          { reason, row_index: 0 },
          { reason, row_index: 1 },
        ],
      ],
    )
  }
})

test('a field that nothing fitted waits for what does; then it is filled', async () => {
  const taskId = await declare({ field_name: 'late', field_type: 'float' })
  assert.equal((await upload(taskId, [])).status, 'COMPLETED')
  const status = await upload(taskId, [{ media_id: media[0], value: 'late' }])
  assert.deepEqual([status.status, status.error_count], ['COMPLETED_WITH_ERRORS', 1])
  // As plain text, which is what a client sends that names no type.
  const sent = await user.api(`${at}/tasks/${taskId}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify([{ media_id: media[0], value: 7 }]),
  })
  assert.equal(sent.status, 200, await sent.clone().text())
  assert.deepEqual(await read(`${at}/tasks/${taskId}/status`), {
    task_id: taskId,
    status: 'COMPLETED',
    progress: 100,
    inserted_rows: 1,
    error_count: 0,
    sample_errors: [],
  })
  assert.equal(await count({ field_name: 'late', op: 'eq', value: 7 }), 1)
  const { status_message } = await read(`/tasks/${taskId}`)
  assert.equal(status_message, "Set 'late' on 1 media files")
  assert.equal((await post(`${at}/tasks/${taskId}`, [{ media_id: media[1], value: 8 }])).status, 409)
})

test('a name twice, a bad declaration, broken JSON', async () => {
  const taskId = await declare({ field_name: 'mood', field_type: 'string' })
  const twice = await post(`${at}/tasks`, { field_name: 'mood', field_type: 'float' })
  assert.equal(twice.status, 409)
  assert.match(twice.body.detail, /already exists/)
  for (const bad of [
    { field_name: ' ', field_type: 'string' },
    { field_name: 'x', field_type: 'colour' },
    { field_name: 'x', field_type: 'enum' },
    { field_name: 'x', field_type: 'enum', enum_options: ['x'.repeat(21)] },
  ])
    assert.equal((await post(`${at}/tasks`, bad)).status, 422, JSON.stringify(bad))
  for (const broken of ['{"a": 1}', '[{"media_id"', '17', '', ' \n']) {
    const form = new FormData()
    form.set('file', new Blob([broken]), 'metadata.json')
    const answer = await user.api(`${at}/tasks/${taskId}`, { method: 'POST', body: form })
    assert.equal(answer.status, 400, broken)
    assert.equal((await read(`${at}/tasks/${taskId}/status`)).status, 'INIT')
  }
  // A field whose filling was cut off can be filled again.
  assert.equal((await upload(taskId, [{ media_id: media[0], value: 'fine' }])).inserted_rows, 1)
})
