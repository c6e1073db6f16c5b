// Whatever is raised, read and revoked in whatever order: the list, its total, its paging and the unread count agree.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/seed.ts'
import { raiseAlert, seedDataset } from '../../test/support/alerts.ts'
import { type TestUser, testApp } from '../../test/support/app.ts'

const app = await testApp()

interface Listed {
  id: string
  dataset_id: string
  read_at: string | null
}

const get = async (user: TestUser, path: string) =>
  (await user.api(`/notifications${path}`)).json() as Promise<any>
const post = async (user: TestUser, path: string) =>
  (await user.api(`/notifications${path}`, { method: 'POST' })).json() as Promise<any>

async function readAll(user: TestUser, query: string, limit: number): Promise<Listed[]> {
  const listed: Listed[] = []
  for (;;) {
    const page = await get(user, `?limit=${limit}&offset=${listed.length}${query}`)
    listed.push(...page.notifications)
    assert.equal(page.has_more, listed.length < page.total)
    if (!page.has_more) return listed
  }
}

type Step = { do: 'raise' | 'read' | 'read all' | 'read all of dataset'; pick: number }
const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom<Step['do']>('raise', 'raise', 'raise', 'read', 'read all', 'read all of dataset'),
    pick: fc.nat(20),
  }),
  { maxLength: 15 },
)

test('list, paging, read state and unread count follow a model of one array', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (script, limit) => {
      const user = await app.user()
      const datasets = [await seedDataset(app, [user]), await seedDataset(app, [user])]
      /** Newest first. */
      let model: { id: string; dataset: string; unread: boolean }[] = []
      for (const { do: what, pick } of script) {
        const dataset = datasets[pick % 2]!
        const chosen = model[pick % Math.max(model.length, 1)]
        if (what === 'raise') {
          await raiseAlert(app, dataset)
          const { id } = (await get(user, '?limit=1')).notifications[0]
          model = [{ id, dataset, unread: true }, ...model]
        } else if (what === 'read' && chosen) {
          const { ok } = await post(user, `/${chosen.id}/read`)
          assert.equal(ok ?? false, chosen.unread)
          chosen.unread = false
        } else if (what === 'read all' || what === 'read all of dataset') {
          const scoped = what === 'read all of dataset'
          const hit = model.filter(one => one.unread && (!scoped || one.dataset === dataset))
          const { count } = await post(user, `/read-all${scoped ? `?dataset_id=${dataset}` : ''}`)
          assert.equal(count, hit.length)
          for (const one of hit) one.unread = false
        }
      }
      for (const dataset of [undefined, ...datasets]) {
        const expected = model.filter(one => !dataset || one.dataset === dataset)
        const scope = dataset ? `&dataset_id=${dataset}` : ''
        const listed = await readAll(user, scope, limit)
        assert.deepEqual(
          listed.map(({ id, read_at }) => ({ id, unread: read_at === null })),
          expected.map(({ id, unread }) => ({ id, unread })),
        )
        const unread = expected.filter(one => one.unread)
        assert.equal((await get(user, `/unread-count?${scope}`)).count, unread.length)
        const onlyUnread = await readAll(user, `&unread_only=true${scope}`, limit)
        assert.deepEqual(
          onlyUnread.map(({ id }) => id),
          unread.map(({ id }) => id),
        )
      }
    }),
    { numRuns: 25 },
  )
})
