import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import { testApp } from '../../test/support/app.ts'
import { seedBatch } from '../../test/support/items.ts'

const app = await testApp()

test('each dataset of the reader that has pictures shows its newest four, and nobody else’s', async () => {
  const [ann, bob] = [await app.user('ann'), await app.user('bob')]
  const [full] = [await seedDataset(app, [ann]), await seedDataset(app, [ann])]
  const foreign = await seedDataset(app, [bob])
  await seedBatch(app, foreign, [{}])
  await seedBatch(app, full, [{}, {}])
  const newest = await seedBatch(app, full, [{}, {}, {}, { kind: 'OBJECT' }, { state: 'failed' }])
  const { covers } = (await (await ann.api('/datasets/covers')).json()) as {
    covers: { dataset_id: string; media_thumb_uris: string[] }[]
  }
  assert.deepEqual(
    covers.map(({ dataset_id, media_thumb_uris }) => [dataset_id, media_thumb_uris.length]),
    [[full, 4]],
  )
  const shown = await app.db.query<{ id: string }>(sql`
    select id from items where batch_id = ${newest} and kind = 'IMAGE' and state = 'ready'`)
  const uris = covers[0]!.media_thumb_uris
  for (const { id } of shown) assert.ok(uris.includes(`/api/v1/media/${id}/thumbnail`))
})
