// Both evaluators behind the seam: who counts, what is checked, and what is said when something is wrong.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { type ItemSeed, seedBatch } from '../../test/support/items.ts'
import { addMedia, emojiFiles, ended, form, newDataset } from '../../test/support/media.ts'
import type { EvaluatorSetting } from '../config.ts'
import { unpackOrdinals } from '../lib/ordinals.ts'
import { type ColumnarEvaluator, createColumnarEvaluator } from './columnar/evaluator.ts'
import { createEvaluate, type Evaluate } from './evaluate.ts'
import { recordBatch } from './record.ts'

const app = await testApp({ env: { BELFRY_EVALUATOR: 'both', BELFRY_LOG_LEVEL: 'silent' } })
const user = await app.user('ann', { isAdmin: true })
const dataset = await seedDataset(app, [user])
const columnar = createColumnarEvaluator()
afterEach(async () => {
  await app.db.query(sql`delete from views where dataset_id = ${dataset}`)
})
after(() => columnar.close())

const get = async (path: string) => (await user.api(path)).json() as Promise<any>
const evaluator = (setting: EvaluatorSetting, from: Pick<ColumnarEvaluator, 'count'> = columnar): Evaluate =>
  createEvaluate({
    engine: app.db.engine,
    setting,
    columnar: from,
    vectors: app.app.vectors,
    logger: app.app.server.log,
  })

async function createView(name: string, vql: object[], caption = ''): Promise<{ id: string }> {
  const query = new URLSearchParams({ vql: JSON.stringify(vql), caption })
  const answer = await user.api(`/dataset/${dataset}/views?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ name }),
  })
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as { id: string }
}

async function processed(items: ItemSeed[]): Promise<string> {
  const batch = await seedBatch(app, dataset, items)
  await app.db.query(sql`update batches set state = 'processed', evaluated_at = null where id = ${batch}`)
  return batch
}
const record = (batch: string, evaluate: Evaluate) =>
  app.db.transaction(async tx => (await recordBatch(tx, batch, evaluate))!)

test('each setting counts the same, whoever counts', async () => {
  await createView('cars', [{ labels: { op: 'one_of', value: ['car'] } }])
  await createView('no cars', [{ not: [{ labels: { op: 'is', value: ['car'] } }] }])
  await createView('a phrase', [], '"red car"')
  const items = [{ labels: ['car'] }, { labels: ['dog'] }, { caption: 'a red car' }, {}]
  const outcomes = []
  for (const setting of ['sql', 'columnar', 'both', 'auto'] as const) {
    const batch = { id: await processed(items), dataset_id: dataset }
    const views = await monitored()
    const { evaluations, report } = await app.db.transaction(tx => evaluator(setting)(tx, batch, views))
    assert.deepEqual(
      evaluations.map(({ view, matched }) => [view.name, unpackOrdinals(matched!())]),
      [
        ['cars', [0]],
        ['no cars', [1, 2, 3]],
        ['a phrase', [2]],
      ],
    )
    outcomes.push([report.evaluator, report.left_to_sql, report.checked, report.differences.length])
  }
  assert.deepEqual(outcomes, [
    ['sql', 0, 0, 0],
    ['columnar', 1, 2, 0], // the phrase is left to SQL; of the rest up to three are checked
    ['both', 1, 2, 0],
    ['sql', 0, 0, 0], // a small batch
  ])
})

async function monitored() {
  const rows = await app.db.query<any>(
    sql`select * from views where dataset_id = ${dataset} order by created_at`,
  )
  return rows.map(({ id, name, alerting_enabled, entity_type, threshold, caption, vql }) => ({
    id,
    name,
    alerting_enabled,
    filter: { entity_type, threshold, caption, vql },
  }))
}

/** Counts one item too many; the fault that the checks are for. */
const wrong: Pick<ColumnarEvaluator, 'count'> = {
  count: async (...asked) =>
    (await columnar.count(...asked)).map(one => one && { ...one, count: one.count + 1 }),
}

test('a difference is reported, the count of SQL is kept, and with `both` the batch is not recorded', async () => {
  const view = await createView('cars', [{ labels: { op: 'one_of', value: ['car'] } }])
  const batch = await processed([{ labels: ['car'] }, {}])
  await assert.rejects(
    record(batch, evaluator('both', wrong)),
    /disagree on 1 views; 'cars' counts 1 in SQL and 2 columnar/,
  )
  assert.deepEqual((await get(`/dataset/${dataset}/views/${view.id}/trend`)).points, [])

  const { report } = await record(batch, evaluator('columnar', wrong))
  assert.deepEqual(
    report.differences.map(({ name, sql, columnar }) => ({ name, sql, columnar })),
    [{ name: 'cars', sql: 1, columnar: 2 }],
  )
  const { points } = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.deepEqual(
    points.map((point: any) => point.count),
    [1],
  )
})

test('when the columnar evaluator fails, SQL counts, in the same transaction', async () => {
  for (let n = 0; n < 60; n++) await createView(`v${n}`, [{ labels: { op: 'one_of', value: ['car'] } }])
  const failing: Pick<ColumnarEvaluator, 'count'> = {
    count: async db => {
      await db.query(sql`select nothing from nowhere`)
      return []
    },
  }
  const batch = await processed(Array.from({ length: 300 }, () => ({ labels: ['car'] })))
  const { report } = await record(batch, evaluator('auto', failing))
  assert.deepEqual(
    [report.evaluator, report.reason],
    ['sql', 'the columnar evaluator failed; the log says why'],
  )
  const counts = await app.db.query(sql`select distinct count from trend_points where batch_id = ${batch}`)
  assert.deepEqual(counts, [{ count: 300 }])
})

test('a view whose tag was deleted has an error in its trend and no point, until it can be evaluated again', async () => {
  const tag = (await (
    await user.api(`/dataset/${dataset}/tags`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'seen' }),
    })
  ).json()) as { id: string }
  const view = await createView('untagged', [{ not: [{ tags: { op: 'is', value: [tag.id] } }] }])
  const fine = await createView('all', [])
  await app.db.query(sql`delete from tags where id = ${tag.id}`)
  const batch = await processed([{}, {}])
  await record(batch, app.app.evaluate)

  const trend = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.deepEqual([trend.points, trend.errors.length, trend.errors[0].batch_id], [[], 1, batch])
  assert.match(trend.errors[0].timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  const reason = new RegExp(`^It asks for the tag ${tag.id}, which does not exist`)
  assert.match(trend.errors[0].reason, reason)
  assert.match((await get(`/dataset/${dataset}/views/${view.id}`)).evaluation_error, reason)
  const other = await get(`/dataset/${dataset}/views/${fine.id}`)
  assert.deepEqual([other.evaluation_error, other.total_results], [undefined, 2])
  const { failing, slowest } = await get('/evaluation')
  assert.deepEqual([failing[0].view_name, failing[0].view_id], ['untagged', view.id])
  assert.deepEqual(
    slowest.map((one: any) => [one.view_name, one.ms > 0]),
    [['all', true]],
  )

  await app.db.query(sql`insert into tags (id, dataset_id, name) values (${tag.id}, ${dataset}, 'seen')`)
  await record(await processed([{}]), app.app.evaluate)
  const again = await get(`/dataset/${dataset}/views/${view.id}`)
  assert.deepEqual([again.evaluation_error, again.total_results], [undefined, 1])
})

test('a view that was changed in its place is read anew', async () => {
  const view = await createView('changing', [{ labels: { op: 'is', value: ['cat'] } }])
  const items = [{ labels: ['cat'] }, { labels: ['cow'] }, { labels: ['cow'] }]
  await record(await processed(items), app.app.evaluate)
  await app.db.query(sql`
    update views set vql = '[{"labels": {"op": "is", "value": ["cow"]}}]', alerting_enabled = false where id = ${view.id}`)
  const { alertIds } = await record(await processed(items), app.app.evaluate)
  const { points } = await get(`/dataset/${dataset}/views/${view.id}/trend`)
  assert.deepEqual(
    points.map((point: any) => point.count),
    [1, 2],
  )
  const told = await app.db.query(sql`
    select from alerts where view_id = ${view.id} and id = any(${alertIds}::uuid[])`)
  assert.equal(told.length, 0)
})

test('a view whose model is gone has an error, and not a 0', async () => {
  const view = await createView('alike', [{ labels: { op: 'is_not', value: ['car'] } }])
  await app.db.query(sql`
    update views set vql = '[{"similarity": {"op": "media", "value": "00000000-0000-4000-8000-000000000001"}}]'
    where id = ${view.id}`)
  const reasonAfter = async () => {
    await record(await processed([{}]), app.app.evaluate)
    const { points, errors } = await get(`/dataset/${dataset}/views/${view.id}/trend`)
    assert.deepEqual(points, [])
    return errors.at(-1).reason
  }
  assert.equal(
    await reasonAfter(),
    'A filter by meaning or likeness has nothing to compare with; make the view again.',
  )
  await app.db.query(sql`
    insert into view_vectors (view_id, position, model, vector, min_cosine)
    values (${view.id}, 1, 'forgotten', ${Buffer.alloc(16)}, 0.5)`)
  assert.equal(
    await reasonAfter(),
    'It compares by the model forgotten, which this server does not have; make it again.',
  )
})

test('a long list of matches is packed, and read by the page', async () => {
  const view = await createView('even', [{ labels: { op: 'is', value: ['even'] } }])
  const items = Array.from({ length: 500 }, (_, i) => ({ labels: i % 2 === 0 ? ['even'] : [] }))
  const batch = await processed(items)
  await app.db.transaction(async tx => {
    const { appendNotifications } = await import('../notifications/append.ts')
    const { alertIds } = (await recordBatch(tx, batch, app.app.evaluate))!
    await appendNotifications(tx, dataset, alertIds)
  })
  const { notifications } = await get('/notifications?limit=1')
  assert.deepEqual([notifications[0].entity_id, notifications[0].metadata.result_count], [view.id, 250])
  const page = await get(`/notifications/${notifications[0].id}/matches?limit=3&offset=248`)
  assert.deepEqual(
    [page.total, page.has_more, page.matches.map((one: any) => one.file_name)],
    [250, false, ['496.png', '498.png']],
  )
})

test('the task and the metrics say how a batch was evaluated', async () => {
  const id = await newDataset(user.api, 'Emoji', await emojiFiles(0, 2))
  await user.api(`/dataset/${id}/views`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'everything' }),
  })
  const added = await addMedia(user.api, id, form(await emojiFiles(2, 5)))
  const task: any = await ended(user.api, added.headers.get('location')!)
  const { ms, ...evaluation } = task.evaluation
  assert.ok(ms >= 0)
  assert.deepEqual(evaluation, {
    evaluator: 'both',
    reason: 'BELFRY_EVALUATOR is both',
    items: 3,
    views: 1,
    failed: 0,
    left_to_sql: 0,
    checked: 1,
    differences: 0,
  })
  const answer = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${user.token}` } })
  const text = await answer.text()
  assert.match(answer.headers.get('content-type')!, /^text\/plain/)
  assert.match(text, /^belfry_evaluation_seconds_count\{evaluator="both"\} 2$/m)
  assert.match(text, /^belfry_evaluators_differ_total 0$/m)
  assert.match(text, /^belfry_slowest_view_ms\{dataset_id="[0-9a-f-]+",view_id="[0-9a-f-]+"\} [\d.e-]+$/m)
})
