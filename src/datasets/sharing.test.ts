import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import sql from 'sql-template-tag'
import { type TestUser, testApp } from '../../test/support/app.ts'
import { onPostgres } from '../../test/support/database.ts'
import { untilWaiting } from '../../test/support/locks.ts'
import { createDataset, type Dataset, holdMembers } from './datasets.ts'

let owner: TestUser
let guest: TestUser
let id: string

const app = await testApp()
beforeEach(async () => {
  owner = await app.user()
  guest = await app.user()
  id = await app.db.transaction(tx => createDataset(tx, { ownerId: owner.id, name: 'Shared' }))
})

const invite = (by: TestUser, body: object) =>
  by.api(`/manage/${id}/invite`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const revoke = (by: TestUser, email: string) =>
  by.api(`/manage/${id}/share/${encodeURIComponent(email)}`, { method: 'DELETE' })
const members = async (by: TestUser) => (await by.api(`/manage/${id}/share`)).json()

async function notify(user: TestUser): Promise<void> {
  await app.db.query(sql`
    with alert as (
      insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
        matched, raised_at)
      values (gen_random_uuid(), gen_random_uuid(), ${id}, 'v', 'd', 1, 'IMAGES', '{}', '{0}', now()) returning id)
    insert into notifications (user_id, alert_id, dataset_id, created_at)
    select ${user.id}, id, ${id}, now() from alert`)
}
const unread = async (user: TestUser) =>
  ((await (await user.api('/notifications/unread-count')).json()) as { count: number }).count

test('who is invited sees the dataset, as a viewer unless told otherwise', async () => {
  assert.equal((await guest.api(`/dataset/${id}`)).status, 404)
  const answer = await invite(owner, { grant_to_user_email: guest.email.toUpperCase() })
  assert.deepEqual([answer.status, await answer.text()], [200, 'null'])
  assert.equal((await guest.api(`/dataset/${id}`)).status, 200)
  assert.equal((await guest.api(`/dataset/${id}`, { method: 'DELETE' })).status, 403)
  await invite(owner, { grant_to_user_email: guest.email, role: 'editor' })
  assert.deepEqual(await members(guest), [
    { email: owner.email, role: 'owner' },
    { email: guest.email, role: 'editor' },
  ])
})

test('the older form shares as well', async () => {
  const body = new FormData()
  body.set('user_email', guest.email)
  const answer = await owner.api(`/dataset/${id}/share`, { method: 'POST', body })
  assert.deepEqual([answer.status, await answer.text()], [200, 'null'])
  assert.equal((await guest.api(`/dataset/${id}`)).status, 200)
})

test('who is invited again without a role keeps the one they have', async () => {
  await invite(owner, { grant_to_user_email: guest.email, role: 'editor' })
  assert.equal((await invite(owner, { grant_to_user_email: guest.email })).status, 200)
  const body = new URLSearchParams({ user_email: guest.email })
  assert.equal((await owner.api(`/dataset/${id}/share`, { method: 'POST', body })).status, 200)
  assert.deepEqual(await members(guest), [
    { email: owner.email, role: 'owner' },
    { email: guest.email, role: 'editor' },
  ])
})

test('an email of any length can be revoked', async () => {
  const long = await app.user(`${'x'.repeat(60)}+${'é'.repeat(60)}`)
  assert.equal((await invite(owner, { grant_to_user_email: long.email })).status, 200)
  assert.equal((await revoke(owner, long.email)).status, 200)
})

test('an email nobody has is a 404 for the owner, and nothing for others', async () => {
  const body = { grant_to_user_email: 'nobody@example.com' }
  assert.equal((await invite(owner, body)).status, 404)
  const hidden = await invite(guest, body)
  const known = await invite(guest, { grant_to_user_email: owner.email })
  assert.deepEqual([hidden.status, await hidden.json()], [known.status, await known.json()])
  await invite(owner, { grant_to_user_email: guest.email })
  assert.equal((await invite(guest, body)).status, 403)
  assert.equal((await invite(owner, { ...body, role: 'king' })).status, 422)
})

test('who loses access loses the notifications of the dataset, and those only', async () => {
  await invite(owner, { grant_to_user_email: guest.email })
  await Promise.all([notify(owner), notify(guest)])
  const shared = id
  id = await app.db.transaction(tx => createDataset(tx, { ownerId: guest.id, name: 'Other' }))
  await notify(guest)
  id = shared
  assert.equal(await unread(guest), 2)

  assert.equal((await revoke(owner, guest.email)).status, 200)
  assert.equal((await guest.api(`/dataset/${id}`)).status, 404)
  assert.deepEqual([await unread(guest), await unread(owner)], [1, 1])
  assert.equal((await revoke(owner, guest.email)).status, 404)
})

test('a dataset keeps an owner, and says who it is', async () => {
  assert.equal((await revoke(owner, owner.email)).status, 409)
  assert.equal((await invite(owner, { grant_to_user_email: owner.email, role: 'viewer' })).status, 409)
  await invite(owner, { grant_to_user_email: guest.email, role: 'owner' })
  assert.equal((await revoke(guest, owner.email)).status, 200)
  const dataset = (await (await guest.api(`/dataset/${id}`)).json()) as Dataset
  assert.equal(dataset.owned_by, guest.id)
})

test('two owners who remove each other at once leave one', async () => {
  await invite(owner, { grant_to_user_email: guest.email, role: 'owner' })
  await Promise.all([revoke(owner, guest.email), revoke(guest, owner.email)])
  const rows = await app.db.query(sql`select from dataset_members where dataset_id = ${id}`)
  assert.equal(rows.length, 1)
})

test('a user who is the only owner of a dataset is not deleted; a second owner inherits', async () => {
  const admin = await app.user(undefined, { isAdmin: true })
  const remove = () => admin.api(`/users/${owner.id}`, { method: 'DELETE' })
  const refused = await remove()
  assert.equal(refused.status, 409)
  assert.match(((await refused.json()) as { detail: string }).detail, /only owner of 1 dataset;/)
  await invite(owner, { grant_to_user_email: guest.email, role: 'owner' })
  assert.equal((await remove()).status, 200)
  assert.deepEqual(await members(guest), [{ email: guest.email, role: 'owner' }])
})

test('an evaluation that counted a member commits before the membership ends', {
  skip: !onPostgres && 'needs two connections',
}, async () => {
  await invite(owner, { grant_to_user_email: guest.email })
  let revoked: Promise<Response> | undefined
  await app.db.transaction(async tx => {
    assert.ok((await holdMembers(tx, id)).includes(guest.id))
    revoked = revoke(owner, guest.email)
    await untilWaiting(app.db)
    await tx.query(sql`
      with alert as (
        insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type,
          filters, matched, raised_at)
        values (gen_random_uuid(), gen_random_uuid(), ${id}, 'v', 'd', 1, 'IMAGES', '{}', '{0}', now()) returning id)
      insert into notifications (user_id, alert_id, dataset_id, created_at)
      select ${guest.id}, id, ${id}, now() from alert`)
  })
  assert.equal((await revoked!).status, 200)
  assert.equal(await unread(guest), 0)
})
