// A server that starts with other models, on what the first ones embedded.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import sharp from 'sharp'
import sql from 'sql-template-tag'
import { type TestApp, type TestUser, testApp } from '../../test/support/app.ts'
import { startColourModel } from '../../test/support/colour-model.ts'
import { freshPlace } from '../../test/support/database.ts'
import { addMedia, ended, form, newDataset } from '../../test/support/media.ts'
import { chunkSize } from './measure-batch.ts'

const model = await startColourModel()
const place = await freshPlace()
after(place.remove)

async function using(env: Record<string, string>, use: (app: TestApp, user: TestUser) => Promise<void>) {
  const app = await testApp({ place, env: { BELFRY_TEXT_MODEL: 'none', ...env } })
  const user = await app.user()
  // Everybody sees the dataset of the first one.
  await app.db.query(sql`
    insert into dataset_members (dataset_id, user_id, role)
    select id, ${user.id}, 'owner' from datasets on conflict do nothing`)
  await use(app, user).finally(app.close)
}

const plain = async (name: string, colour: string) => ({
  name,
  bytes: await sharp({ create: { width: 30, height: 20, channels: 3, background: colour } })
    .png()
    .toBuffer(),
})
const embedded = (app: TestApp) =>
  app.db.query<{ model: string; kind: string; items: number }>(sql`
    select model, kind, sum(cardinality(ordinals))::integer as items from vector_tiles
    group by model, kind order by model, kind`)

async function found(user: TestUser, dataset: string, entityType: string): Promise<string[]> {
  const vql = encodeURIComponent(JSON.stringify([{ text: { op: 'semantic', value: 'red', threshold: 0.6 } }]))
  const answer = await user.api(`/explore/${dataset}?entity_type=${entityType}&vql=${vql}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return ((await answer.json()) as any).clusters.map((one: any) => one.previews[0].file_name).sort()
}
const reindex = (user: TestUser, dataset: string) =>
  user.api(`/dataset/${dataset}/reindex`, { method: 'POST' })

test('a reindex embeds what the current model has not, resumes, and names what is gone', async () => {
  const count = chunkSize + 6
  const names = Array.from({ length: count }, (_, i) => `${i}.png`)
  let dataset = ''
  await using({}, async (app, user) => {
    const files = await Promise.all(names.map((name, i) => plain(name, i < 2 ? 'red' : 'green')))
    const objects = `filename,col_x,row_y,width,height,label\n0.png,0,0,10,10,patch\n`
    dataset = await newDataset(user.api, 'kept', [
      ...files,
      { name: 'object_annotations.csv', bytes: objects },
    ] as any)
    assert.deepEqual(await embedded(app), [
      { model: 'belfry-visual-1', kind: 'IMAGE', items: count },
      { model: 'belfry-visual-1', kind: 'OBJECT', items: 1 },
    ])
    assert.equal((await reindex(user, dataset)).status, 409) // indexed by these models
    const [gone] = await app.db.query<{ storage_key: string }>(sql`
      select storage_key from items where file_name = ${names.at(-1)!}`)
    await rm(join(place.dataFolder, 'media', gone!.storage_key))
  })

  await using(model.env, async (app, user) => {
    assert.deepEqual(await found(user, dataset, 'IMAGES'), [])
    // The first chunk, with the object.
    model.refuses = ({ pictures }) => model.asked.pictures + pictures > chunkSize + 1
    const answer = await reindex(user, dataset)
    assert.equal(answer.status, 202, await answer.clone().text())
    const location = answer.headers.get('location')!
    const failed = await ended(user.api, location)
    assert.deepEqual([failed.status, failed.dataset_status], ['FAILED', 'READY'])
    assert.match(failed.error_message!, /^The embedder at .* answered 400\./)
    const after = (await embedded(app)).filter(one => one.model === 'mean-colour')
    assert.deepEqual(after, [
      { model: 'mean-colour', kind: 'IMAGE', items: chunkSize },
      { model: 'mean-colour', kind: 'OBJECT', items: 1 },
    ])

    model.refuses = () => false
    const before = model.asked.pictures
    const retried = await user.api(`/tasks/${failed.task_id}/retry`, { method: 'POST' })
    assert.ok(retried.ok, await retried.clone().text())
    const task = await ended(user.api, location)
    assert.deepEqual([task.status, task.dataset_status], ['COMPLETED', 'READY'])
    assert.equal(model.asked.pictures - before, count - chunkSize - 1)
    assert.deepEqual(
      task.problems.map(({ subject, problem }) => [subject, problem]),
      [[names.at(-1), 'The stored file is missing; send it again.']],
    )
    assert.deepEqual(await found(user, dataset, 'IMAGES'), ['0.png', '1.png'])
    assert.deepEqual(await found(user, dataset, 'OBJECTS'), ['0.png'])
    const { embedding_config } = (await (await user.api(`/dataset/${dataset}`)).json()) as any
    assert.equal(embedding_config.image.model, 'mean-colour')
    // Neighbours are those of the new model: whatever is as green is the same for it.
    const [nearest] = await app.db.query<{ likeness: number }>(sql`
      select min(nearest_likeness) as likeness from items where kind = 'IMAGE' and file_name <> ${names.at(-1)!}`)
    assert.ok(nearest!.likeness > 0.99)
    assert.equal((await reindex(user, dataset)).status, 409)

    const added = await addMedia(user.api, dataset, form([await plain('new.png', 'red')] as any))
    assert.equal((await ended(user.api, added.headers.get('location')!)).status, 'COMPLETED')
    const seen = model.asked.pictures
    await ended(user.api, (await reindex(user, dataset)).headers.get('location')!)
    assert.equal(model.asked.pictures, seen, 'nothing was embedded twice')
  })
})

test('a new model of texts reads, and sees no picture again', async () => {
  let dataset = ''
  await using({}, async (_, user) => {
    const table = 'filename,label\na.png,red\nb.png,\n'
    dataset = await newDataset(user.api, 'said', [
      await plain('a.png', 'blue'),
      await plain('b.png', 'red'),
      { name: 'image_annotations.csv', bytes: table },
    ] as any)
  })
  await using({ ...model.env, BELFRY_EMBEDDER_INPUTS: 'texts' }, async (_, user) => {
    const before = { ...model.asked }
    const task = await ended(user.api, (await reindex(user, dataset)).headers.get('location')!)
    assert.equal(task.status, 'COMPLETED', task.error_message ?? '')
    assert.deepEqual(model.asked, { pictures: before.pictures, texts: before.texts + 1 })
    assert.deepEqual(await found(user, dataset, 'IMAGES'), ['a.png'])
  })
})
