// Open pages hear of what changes in their datasets, and of nothing else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BelfryClient } from '@belfry/client'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'
import { until } from '../../test/support/media.ts'

const app = await testApp()
const ann = await app.user('ann')
const eve = await app.user('eve')

/** The datasets that changed, in order, from when the stream is open. */
async function changesOf(user: TestUser, stop: AbortController) {
  const seen: (string | null)[] = []
  const opened = Promise.withResolvers<void>()
  const stream = new BelfryClient({ url: app.url, token: user.token }).stream({
    readState: true,
    signal: stop.signal,
    onChange: change => {
      if (change.kind === 'unread_count') opened.resolve()
      if (change.kind === 'changed') seen.push(change.datasetId)
      if (change.kind === 'access_lost') seen.push(`lost ${change.datasetId}`)
    },
  })
  void (async () => {
    for await (const _ of stream);
  })()
  await opened.promise
  return seen
}

test('members hear of their dataset, its tasks, views and members; others hear nothing', async () => {
  const stop = new AbortController()
  const [anns, eves] = [await changesOf(ann, stop), await changesOf(eve, stop)]
  const dataset = await seedDataset(app, [ann], 'Cups')
  const heard = async (what: string) => {
    await until(async () => (anns.includes(dataset) ? true : undefined)).catch(() => assert.fail(what))
    anns.length = 0
  }
  await heard('a dataset is there')
  const [task] = await app.db.query<{ id: string }>(sql`
    insert into tasks (dataset_id, task_type) values (${dataset}, 'REINDEX') returning id`)
  await heard('a task is there')
  await app.db.query(sql`update tasks set progress_percentage = 50 where id = ${task!.id}`)
  await heard('a task moved')
  await ann.api(`/dataset/${dataset}/views`, { method: 'POST', body: new URLSearchParams({ name: 'All' }) })
  await heard('a view is there')
  assert.equal(eves.length, 0)

  await ann.api(`/manage/${dataset}/invite`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_to_user_email: eve.email }),
  })
  await until(async () => (eves.includes(dataset) ? true : undefined))
  await ann.api(`/manage/${dataset}/share/${eve.email}`, { method: 'DELETE' })
  await until(async () => (eves.includes(`lost ${dataset}`) ? true : undefined))
  stop.abort()
})

test('a lease that is renewed is no change', async () => {
  const stop = new AbortController()
  const dataset = await seedDataset(app, [ann], 'Cars')
  const [task] = await app.db.query<{ id: string }>(sql`
    insert into tasks (dataset_id, task_type) values (${dataset}, 'REINDEX') returning id`)
  const seen = await changesOf(ann, stop)
  await app.db.query(sql`update tasks set lease_until = now() where id = ${task!.id}`)
  const other = await seedDataset(app, [ann], 'Cats')
  await until(async () => (seen.includes(other) ? true : undefined))
  assert.ok(!seen.includes(dataset))
  stop.abort()
})
