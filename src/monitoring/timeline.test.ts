import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'
import { seedBatch } from '../../test/support/items.ts'
import type { Timeline } from './timeline.ts'

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user])

const read = async (query = '', status = 200): Promise<Timeline> => {
  const answer = await user.api(`/dataset/${dataset}/batches${query}`)
  assert.equal(answer.status, status)
  return (await answer.json()) as Timeline
}

test('batches are listed latest first, each with what it brought and the alerts it raised', async () => {
  const first = await seedBatch(app, dataset, [{}, {}, { kind: 'OBJECT' }, { state: 'failed' }])
  const second = await seedBatch(app, dataset, [{}])
  await app.db.query(sql`insert into batches (dataset_id) values (${dataset})`) // files still arrive
  for (const [name, count] of [
    ['few', 1],
    ['many', 2],
  ] as const)
    await app.db.query(sql`
      insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
        matched, raised_at)
      values (gen_random_uuid(), ${first}, ${dataset}, ${name}, 'd', ${count}, 'IMAGES', '{"caption": "cup"}', '{0}', now())`)
  const { batches, total, has_more } = await read()
  assert.deepEqual([total, has_more], [2, false])
  assert.deepEqual(
    batches.map(({ batch_id, n_images, n_objects, n_failed, n_alerts, progress }) => [
      batch_id,
      n_images,
      n_objects,
      n_failed,
      n_alerts,
      progress,
    ]),
    [
      [second, 1, 0, 0, 0, 100],
      [first, 2, 1, 1, 2, 100],
    ],
  )
  assert.deepEqual(
    batches[1]!.alerts.map(({ view_name, result_count, filters }) => [view_name, result_count, filters]),
    [
      ['many', 2, { caption: 'cup' }],
      ['few', 1, { caption: 'cup' }],
    ],
  )
})

test('an alert names the notification of who reads, where they have one', async () => {
  const guest = await app.user()
  const own = await seedDataset(app, [user])
  await raiseAlert(app, own, { viewName: 'cups' })
  await app.db.query(sql`
    insert into dataset_members (dataset_id, user_id, role) values (${own}, ${guest.id}, 'viewer')`)
  const alerts = async (reader: TestUser) => {
    const { batches } = (await (await reader.api(`/dataset/${own}/batches`)).json()) as Timeline
    return batches[0]!.alerts.map(({ notification_id }) => notification_id)
  }
  const [{ id }] = (
    (await (await user.api(`/notifications?dataset_id=${own}`)).json()) as { notifications: { id: string }[] }
  ).notifications as [{ id: string }]
  assert.deepEqual([await alerts(user), await alerts(guest)], [[id], [null]])
})

test('a page holds what was asked for, and says whether there is more', async () => {
  const page = await read('?limit=1&offset=0')
  assert.deepEqual([page.batches.length, page.has_more], [1, true])
  const last = await read('?limit=1&offset=1')
  assert.deepEqual([last.batches.length, last.has_more], [1, false])
  await read('?limit=101', 422)
})
