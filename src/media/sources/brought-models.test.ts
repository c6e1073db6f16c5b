// Whose the vectors are that come with media: later batches keep to their length and model, and so does a view.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import {
  add,
  addUri,
  app,
  like,
  likeness,
  mediaId,
  named,
  problemsOf,
  put,
  ready,
  s3,
  user,
  vectorsIn,
} from '../../../test/support/brought.ts'
import { emojiFiles } from '../../../test/support/media.ts'

test('later batches keep to the length; a dataset without any says so', async () => {
  const dataset = await ready('lengths')
  const config = async () => ((await (await user.api(`/dataset/${dataset}`)).json()) as any).embedding_config
  assert.equal((await config()).client, null)
  const [first, second] = await put('lengths/', 10, 12)
  await s3.put('lengths/1.csv', `file,embeddings\n${first},"[1, 0]"`)
  assert.deepEqual((await addUri(dataset, 'lengths/1.csv')).problems, [])
  await s3.put('lengths/2.csv', `file,embedding\n${second},"[1, 0, 0]"`)
  assert.deepEqual(problemsOf(await addUri(dataset, 'lengths/2.csv')), [
    '2.csv line 2: The embedding has a length of 3, those of the dataset of 2; it was left out.',
  ])
  assert.deepEqual(await vectorsIn(dataset), { [first!]: [1, 0] })
  assert.deepEqual((await config()).client, { model: 'client:2', dims: 2 })
})

test('a model that is named: vectors of another, or of one without a name, do not come beside its own', async () => {
  const dataset = await ready('models')
  const names = await put('models/', 60, 68)
  const manifest = (name: string, rows: [string, string, string?][]) =>
    s3.put(
      `models/${name}`,
      [
        'file,embedding,embedding_model',
        ...rows.map(([file, vector, model = '']) => `${file},"${vector}",${model}`),
      ].join('\n'),
    )
  await manifest('1.csv', [
    [names[0]!, '[1, 0]', 'ViT-B/32'],
    [names[1]!, '[1, 0]', 'SigLIP 2'],
    [names[2]!, '[1, 0]'],
    [names[3]!, '[3, 4]', ' ViT-B/32 '],
    [names[4]!, '[3, 4]', 'x'.repeat(101)],
  ])
  const first = await addUri(dataset, 'models/1.csv')
  const others = (model: string) =>
    `The embedding is of ${model}, those of the dataset are of the model 'ViT-B/32'; it was left out.`
  assert.deepEqual(problemsOf(first), [
    `1.csv line 3: ${others("the model 'SigLIP 2'")}`,
    `1.csv line 4: ${others('a model without a name')}`,
    '1.csv line 6: The embedding_model is no name of at most 100 plain characters; the embedding was left out.',
  ])
  const shown = (await (await user.api(`/dataset/${dataset}`)).json()) as any
  assert.deepEqual(shown.embedding_config.client, { model: 'client:2:ViT-B/32', dims: 2 })

  // Later batches, by manifest and by annotation file.
  await manifest('2.csv', [[names[5]!, '[1, 0]', 'SigLIP 2']])
  assert.deepEqual(problemsOf(await addUri(dataset, 'models/2.csv')), [
    `2.csv line 2: ${others("the model 'SigLIP 2'")}`,
  ])
  const sent = await emojiFiles(68, 70)
  const table = [
    'filename,label,embedding,Embedding_Model',
    `${named(68)},a,"[4, 3]",ViT-B/32`,
    `${named(69)},a,"[4, 3]",`,
  ].join('\n')
  const task = await add(dataset, [...sent, { name: 'image_annotations.csv', bytes: table }])
  assert.deepEqual(problemsOf(task), [`image_annotations.csv line 3: ${others('a model without a name')}`])
  assert.deepEqual(await vectorsIn(dataset), {
    [names[0]!]: [1, 0],
    [names[3]!]: [0.6, 0.8],
    [named(68)]: [0.8, 0.6],
  })
  assert.deepEqual(await like(dataset, names[0]!, 0.5), [
    [names[0]!, 1],
    [named(68), 0.8],
    [names[3]!, 0.6],
  ])
  const [kept] = await app.db.query<{ metadata: object }>(sql`
    select metadata from items where id = ${await mediaId(dataset, names[0]!)}`)
  assert.deepEqual(kept, { metadata: {} })
})

test('a dataset whose vectors came without a name takes none that has one', async () => {
  const dataset = await ready('unnamed')
  const [first, second] = await put('unnamed/', 80, 82)
  await s3.put('unnamed/1.csv', `file,embedding\n${first},"[1, 0]"`)
  await addUri(dataset, 'unnamed/1.csv')
  await s3.put('unnamed/2.csv', `file,embedding,embedding_model\n${second},"[1, 0]",a`)
  assert.deepEqual(problemsOf(await addUri(dataset, 'unnamed/2.csv')), [
    "2.csv line 2: The embedding is of the model 'a', those of the dataset are of a model without a name; it was left out.",
  ])
})

test('a view watches by vectors that came with its anchor; a batch that brought none is no zero', async () => {
  const dataset = await ready('watched')
  const names = await put('watched/', 40, 45)
  await s3.put('watched/1.csv', `file,embedding\n${names[0]},"[1, 0]"`)
  await addUri(dataset, 'watched/1.csv')
  const saved = await user.api(
    `/dataset/${dataset}/views?${likeness(await mediaId(dataset, names[0]!), 0.2)}`,
    { method: 'POST', body: new URLSearchParams({ name: 'like it' }) },
  )
  assert.equal(saved.status, 200, await saved.clone().text())
  const { id } = (await saved.json()) as { id: string }
  const trend = async () =>
    ((await (await user.api(`/dataset/${dataset}/views/${id}/trend`)).json()) as any).points.map(
      ({ count }: { count: number }) => count,
    )
  await s3.put('watched/2.csv', `file,embedding\n${names[1]},"[9, 1]"\n${names[2]},"[0, 1]"\n${names[3]},`)
  await addUri(dataset, 'watched/2.csv')
  assert.deepEqual(await trend(), [1])
  const { notifications } = (await (await user.api(`/notifications?dataset_id=${dataset}`)).json()) as any
  const matches = (await (await user.api(`/notifications/${notifications[0].id}/matches`)).json()) as any
  assert.equal(matches.matches[0].reasons[0].score.toFixed(3), '0.994')

  await s3.put('watched/3.csv', `file\n${names[4]}`)
  await addUri(dataset, 'watched/3.csv')
  assert.deepEqual(await trend(), [1])
  const errors = await app.db.query<{ reason: string }>(
    sql`select reason from trend_errors where view_id = ${id}`,
  )
  assert.deepEqual(errors, [
    { reason: 'It compares vectors that come with media (client:2), and none came with this batch.' },
  ])
})
