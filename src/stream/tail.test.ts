// While nobody is connected the log is not read; who connects meanwhile misses nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import type { Queryable } from '../db/database.ts'
import { logPosition } from '../notifications/log.ts'
import { startTail } from './tail.ts'

const app = await testApp()
const dataset = await seedDataset(app, [await app.user('ann')])

/** A tail of which a test says whether somebody is connected, and what comes before its next answer. */
async function startWatched() {
  const watched = {
    connected: false,
    published: [] as number[],
    beforeAnswer: async () => {},
  }
  const query: Queryable['query'] = async statement => {
    const rows = await app.db.query<never>(statement)
    await watched.beforeAnswer()
    return rows
  }
  const tail = await startTail(
    { ...app.db, query },
    {
      hasReaders: () => watched.connected,
      publish: page => watched.published.push(...page.map(({ seq }) => seq)),
      failing: error => assert.fail(String(error)),
      recovered: () => {},
    },
  )
  return { watched, tail }
}

const head = async () => (await logPosition(app.db)).head

test('with nobody connected it moves on without reading; with somebody it publishes what comes then', async () => {
  const { watched, tail } = await startWatched()
  await raiseAlert(app, dataset)
  await tail.wake()
  assert.equal(tail.position, await head())
  assert.deepEqual(watched.published, [])

  watched.connected = true
  await raiseAlert(app, dataset)
  await tail.wake()
  assert.deepEqual(watched.published, [await head()])
  await tail.stop()
})

test('who connects while it looks how far the log is is told of what was appended before the answer', async () => {
  const { watched, tail } = await startWatched()
  const joinedAt = tail.position
  await raiseAlert(app, dataset)
  watched.beforeAnswer = async () => {
    watched.connected = true
  }
  await tail.wake()
  assert.equal(joinedAt, (await head()) - 1)
  assert.deepEqual(watched.published, [await head()])
  await tail.stop()
})
