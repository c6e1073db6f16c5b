// Of two who fill one field, one does. The first is held where the test wants it by a body that has not ended.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { onPostgres } from '../../../test/support/database.ts'
import { until } from '../../../test/support/deadline.ts'
import { emojiFiles, newDataset } from '../../../test/support/media.ts'
import { Problem } from '../../lib/problems.ts'
import { fillField } from './fill.ts'
import { declareField, findField, metadataOf } from './store.ts'

const app = await testApp()
const user = await app.user()
const datasetId = await newDataset(user.api, 'Filled twice', await emojiFiles(0, 1))
const [item] = await app.db.query<{ id: string }>(sql`select id from items where dataset_id = ${datasetId}`)
const media = item!.id

const declare = async (field_name: string) => {
  const who = { datasetId, userId: user.id }
  const id = await declareField(app.db, who, {
    field_name,
    field_type: 'string',
    enum_options: null,
    is_multi: false,
  })
  return (await findField(app.db, datasetId, id!))!
}
type Field = Awaited<ReturnType<typeof declare>>

/** A filling whose body waits before its only value; `outcome` is 'filled' or the code of the refusal. */
function fill(field: Field, value: string) {
  const begun = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  async function* body() {
    begun.resolve()
    await held.promise
    yield Buffer.from(JSON.stringify([{ media_id: media, value }]))
  }
  const outcome = fillField(app.db, { datasetId, userId: user.id }, field, body()).then(
    () => 'filled',
    error => (error instanceof Problem ? error.code : error),
  )
  return { begun: begun.promise, send: held.resolve, outcome }
}

async function assertFilled({ id, field_name }: Field, value: string) {
  assert.equal((await metadataOf(app.db, datasetId, media))![field_name], value)
  assert.equal((await findField(app.db, datasetId, id))!.status, 'COMPLETED')
  const tasks = await app.db.query(sql`select from tasks where id = ${id}`)
  assert.equal(tasks.length, 1)
}

test('while one fills a field another is refused, with a sentence; afterwards too', async () => {
  const field = await declare('once')
  const first = fill(field, 'first')
  await first.begun
  const answer = await user.api(`/datasets/${datasetId}/custom_metadata/tasks/${field.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ media_id: media, value: 'second' }]),
  })
  assert.equal(answer.status, 409)
  assert.match(
    ((await answer.json()) as { detail: string }).detail,
    /'once' is being filled by another request/,
  )
  first.send()
  assert.equal(await first.outcome, 'filled')
  const third = fill(field, 'third')
  third.send()
  assert.equal(await third.outcome, 'metadataFilled')
  await assertFilled(field, 'first')
})

test('who was silent for too long loses the field to the next, and writes nothing more', async () => {
  const field = await declare('silent')
  const silent = fill(field, 'silent')
  await silent.begun
  await app.db.query(sql`
    update metadata_fields set filling_until = clock_timestamp() - interval '1 second' where id = ${field.id}`)
  const next = fill(field, 'next')
  await next.begun
  silent.send()
  assert.equal(await silent.outcome, 'metadataFilling')
  next.send()
  assert.equal(await next.outcome, 'filled')
  await assertFilled(field, 'next')
})

test('of two that begin in the same instant one waits for the row, and is refused', {
  skip: onPostgres ? false : 'the embedded engine has one connection, so nothing to race',
}, async () => {
  const field = await declare('raced')
  let racers: ReturnType<typeof fill>[] = []
  await app.db.transaction(async tx => {
    await tx.query(sql`select from metadata_fields where id = ${field.id} for update`)
    racers = [fill(field, 'a'), fill(field, 'b')]
    await until(async () => {
      const waiting = await app.db.query(sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
      return waiting.length === 2
    }, 'both waiting for the row')
  })
  for (const { send } of racers) send()
  const outcomes = await Promise.all(racers.map(({ outcome }) => outcome))
  assert.equal(outcomes.filter(outcome => outcome === 'filled').length, 1, String(outcomes))
  assert.ok(outcomes.some(outcome => outcome === 'metadataFilling' || outcome === 'metadataFilled'))
  await assertFilled(field, outcomes[0] === 'filled' ? 'a' : 'b')
})
