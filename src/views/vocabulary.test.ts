import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { seedBatch } from '../../test/support/items.ts'

const app = await testApp()

test('labels, folders and metadata fields that occur are listed, most frequent first', async () => {
  const user = await app.user('ann')
  const dataset = await seedDataset(app, [user])
  const batch = await seedBatch(app, dataset, [
    { labels: ['car', 'red'], folder: 'a/b' },
    { labels: ['car'], folder: 'a/b' },
    { labels: ['gone'], state: 'failed' },
    {},
  ])
  await app.db.query(sql`
    update items set metadata = '{"camera": "left", "speed": 12}' where batch_id = ${batch} and ordinal = 0`)
  const answer = await user.api(`/dataset/${dataset}/vocabulary`)
  const { filters, issues, meaning, ...names } = (await answer.json()) as any
  assert.ok(filters.includes('labels') && filters.includes('any_of'))
  assert.equal(meaning, true)
  assert.ok(issues.includes('blur'))
  assert.deepEqual(names, {
    labels: [
      { name: 'car', count: 2 },
      { name: 'red', count: 1 },
    ],
    folders: [
      { name: 'a/b', count: 2 },
      { name: '', count: 1 },
    ],
    metadata: [
      { name: 'camera', type: 'string', count: 1 },
      { name: 'speed', type: 'number', count: 1 },
    ],
  })
})
