// A batch is recorded: what views, trends, alerts and notifications say afterwards, and that they agree.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { appendNotifications } from '../notifications/append.ts'
import { recordBatch } from './record.ts'

const app = await testApp()
const user = await app.user('ann')
const viewer = await app.user('bob')
const dataset = await seedDataset(app, [user, viewer], 'Street')

const get = async (path: string, who = user) => (await who.api(path)).json() as Promise<any>

async function createView(name: string, vql: object[], more: Record<string, string> = {}): Promise<any> {
  const query = new URLSearchParams({ vql: JSON.stringify(vql), ...more })
  const answer = await user.api(`/dataset/${dataset}/views?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ name }),
  })
  assert.equal(answer.status, 200, await answer.clone().text())
  return answer.json()
}

const switchOff = (view: string, what: 'alerting' | 'monitoring') =>
  user.api(`/dataset/${dataset}/views/${view}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request: { enabled: false } }),
  })

/** A batch that was accepted now and is processed: one image per list of labels. */
async function processed(...labels: string[][]): Promise<string> {
  return app.db.transaction(async tx => {
    const [{ seq }] = (await tx.query<{ seq: number }>(sql`
      update datasets set last_event_seq = last_event_seq + 1 where id = ${dataset}
      returning last_event_seq as seq`)) as [{ seq: number }]
    const [batch] = await tx.query<{ id: string }>(sql`
      insert into batches (dataset_id, state, accepted_seq) values (${dataset}, 'processed', ${seq}) returning id`)
    for (const [ordinal, of] of labels.entries())
      await tx.query(sql`
        insert into items (dataset_id, batch_id, ordinal, kind, state, file_name, labels)
        values (${dataset}, ${batch!.id}, ${ordinal}, 'IMAGE', 'ready', ${`${ordinal}.png`}, ${of}::text[])`)
    return batch!.id
  })
}

const record = (batch: string) =>
  app.db.transaction(async tx => {
    const recorded = await recordBatch(tx, batch, app.app.evaluate)
    if (recorded) await appendNotifications(tx, recorded.datasetId, recorded.alertIds)
    return recorded
  })

test('view, trend, alert, list and count say the same number, to everybody with access', async () => {
  const view = await createView('cars', [{ labels: { op: 'one_of', value: ['car'] } }])
  assert.deepEqual(view.stats, { n_images: -1, n_objects: -1, n_video_frames: -1 })
  const batch = await processed(['car'], ['dog'], ['car', 'dog'], [])
  await record(batch)

  const after = await get(`/dataset/${dataset}/views/${view.id}`)
  const { points, total_results, last_results } = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.equal(after.total_results, 2)
  assert.deepEqual(after.stats, { n_images: 2, n_objects: 0, n_video_frames: 0 })
  assert.deepEqual(points, [{ timestamp: after.last_results, batch_id: batch, count: 2, cumulative: 2 }])
  assert.deepEqual({ total_results, last_results }, { total_results: 2, last_results: after.last_results })
  for (const who of [user, viewer]) {
    const { notifications } = await get('/notifications?limit=1', who)
    assert.deepEqual(notifications[0].metadata, {
      batch_id: batch,
      is_alert: true,
      view_name: 'cars',
      dataset_name: 'Street',
      result_count: 2,
    })
    const { matches, total } = await get(`/notifications/${notifications[0].id}/matches`, who)
    assert.equal(total, 2)
    assert.deepEqual(
      matches.map((match: any) => match.file_name),
      ['0.png', '2.png'],
    )
  }
})

test('a batch without matches makes a point of 0 and no alert', async () => {
  const view = await createView('cats', [{ labels: { op: 'is', value: ['cat'] } }])
  const before = await get('/notifications')
  await record(await processed(['dog']))
  const trend = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.deepEqual(
    trend.points.map((point: any) => [point.count, point.cumulative]),
    [[0, 0]],
  )
  assert.equal(trend.last_results, null)
  const names = (await get('/notifications')).notifications.map((one: any) => one.metadata.view_name)
  assert.equal(names.includes('cats'), false)
  assert.equal((await get('/notifications')).total, before.total)
})

test('with alerting off the trend goes on and nobody is told', async () => {
  const view = await createView('quiet', [{ labels: { op: 'one_of', value: ['quiet'] } }])
  await switchOff(view.id, 'alerting')
  const before = (await get('/notifications')).total
  await record(await processed(['quiet'], ['quiet']))
  const trend = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.deepEqual(
    trend.points.map((point: any) => point.count),
    [2],
  )
  assert.equal((await get('/notifications')).total, before)
})

test('a view that is created after the batch was accepted, or no longer monitored, is not evaluated', async () => {
  const off = await createView('off', [])
  await switchOff(off.id, 'monitoring')
  const batch = await processed(['car'])
  const late = await createView('late', [])
  await record(batch)
  assert.deepEqual((await get(`/dataset/${dataset}/views/${late.id}/trend`)).points, [])
  const rows = await app.db.query(sql`select 1 from trend_points where view_id = ${off.id}`)
  assert.deepEqual(rows, [])
})

test('recording a batch again changes nothing', async () => {
  const batch = await processed(['car'])
  await record(batch)
  const before = [await get(`/dataset/${dataset}/views`), await get('/notifications')]
  assert.equal(await record(batch), undefined)
  assert.deepEqual([await get(`/dataset/${dataset}/views`), await get('/notifications')], before)
})

test('a view that cannot be read fails alone, without a zero in its trend', async () => {
  const broken = await createView('broken', [])
  await app.db.query(sql`update views set vql = '[{"labels": {"op": "unheard of"}}]' where id = ${broken.id}`)
  const recorded = await record(await processed(['car']))
  assert.deepEqual(
    recorded!.failures.map(({ view }) => view.id),
    [broken.id],
  )
  assert.match(recorded!.failures[0]!.reason, /labels/)
  assert.deepEqual((await get(`/dataset/${dataset}/views/${broken.id}/trend`)).points, [])
  await user.api(`/dataset/${dataset}/views/${broken.id}`, { method: 'DELETE' })
})

test('more views than fit one statement are each counted once', async () => {
  const [{ id: owner }] = (await app.db.query<{ id: string }>(sql`select id from users limit 1`)) as [
    { id: string },
  ]
  await app.db.query(sql`
    with drawn as (update datasets set last_event_seq = last_event_seq + 1 where id = ${dataset} returning last_event_seq)
    insert into views (dataset_id, name, entity_type, vql, monitored_from_seq, created_by)
    select ${dataset}, 'many ' || n, 'IMAGES',
      jsonb_build_array(jsonb_build_object('labels', jsonb_build_object('op', 'one_of', 'value', jsonb_build_array('l' || n % 5)))),
      last_event_seq, ${owner} from drawn, generate_series(1, 450) n`)
  const batch = await processed(['l0'], ['l1', 'l2'], ['l1'])
  await record(batch)
  const counted = await app.db.query(sql`
    select (substr(name, 6)::int % 5) as label, count, count(*) as views from trend_points
    join views on views.id = view_id where batch_id = ${batch} and name like 'many %' group by 1, 2 order by 1`)
  assert.deepEqual(counted, [
    { label: 0, count: 1, views: 90 },
    { label: 1, count: 2, views: 90 },
    { label: 2, count: 1, views: 90 },
    { label: 3, count: 0, views: 90 },
    { label: 4, count: 0, views: 90 },
  ])
  const disagreeing = await app.db.query(sql`
    select 1 from views join trend_points on view_id = views.id
    group by views.id having sum(trend_points.count) <> total_results`)
  assert.deepEqual(disagreeing, [])
})
