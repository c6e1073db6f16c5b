// Words in the dataset's language: explore, preview and both evaluators, on the engine that the tests run on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'
import { addMedia, emoji, ended, form, newDataset, picture } from '../../test/support/media.ts'
import { languages } from '../datasets/language.ts'

const app = await testApp({ env: { BELFRY_EVALUATOR: 'both', BELFRY_TEXT_MODEL: 'none' } })
const user = await app.user()

const captioned = async (from: number, captions: string[]) => [
  ...(await Promise.all(
    captions.map(async (_, i) => ({ name: `${from + i}.png`, bytes: await picture(emoji[from + i]!) })),
  )),
  {
    name: 'image_annotations.csv',
    bytes: ['filename,label,caption', ...captions.map((caption, i) => `${from + i}.png,,${caption}`)].join(
      '\n',
    ),
  },
]
const german = ['Zwei Häuser an den Straßen', 'ein Haus', 'der Hund und die Katze']
const fts = (value: string) => `vql=${encodeURIComponent(JSON.stringify([{ text: { op: 'fts', value } }]))}`

async function found(dataset: string, words: string): Promise<string[]> {
  const explored = (await (await user.api(`/explore/${dataset}?${fts(words)}`)).json()) as any
  const byCaption = (await (
    await user.api(`/explore/${dataset}?caption=${encodeURIComponent(words)}`)
  ).json()) as any
  const names = (of: any): string[] => of.clusters.map((one: any) => one.previews[0].file_name).sort()
  assert.deepEqual(names(byCaption), names(explored))
  for (const one of explored.clusters) assert.ok(one.relevance_score > 0, words)
  const preview = (await (
    await user.api(`/dataset/${dataset}/views/preview?${fts(words)}`, { method: 'POST' })
  ).json()) as any
  assert.equal(preview.total, explored.clusters.length, words)
  return names(explored)
}

test('stems and stop words are those of the language, wherever words are searched', async () => {
  const dataset = await newDataset(user.api, 'Deutsch', (await captioned(0, german)) as any, 'german')
  assert.equal(((await (await user.api(`/dataset/${dataset}`)).json()) as any).language, 'german')
  assert.deepEqual(await found(dataset, 'Häusern'), ['0.png', '1.png'])
  assert.deepEqual(await found(dataset, '"Häuser an den Straßen"'), ['0.png'])
  assert.deepEqual(await found(dataset, 'Hunde -Haus'), ['2.png'])
  assert.deepEqual(await found(dataset, 'und'), []) // nothing but a stop word

  const english = await newDataset(user.api, 'English', (await captioned(0, german)) as any)
  assert.deepEqual(await found(english, 'Häusern'), [])
  assert.deepEqual(await found(english, 'und'), ['2.png'])

  const simple = await newDataset(user.api, 'Words', (await captioned(0, german)) as any, 'simple')
  assert.deepEqual(await found(simple, 'Haus'), ['1.png'])
})

test('a view counts in the language, in SQL and by columns alike', async () => {
  const dataset = await newDataset(user.api, 'gezählt', (await captioned(3, ['nichts'])) as any, 'german')
  const save = async (name: string, query: string) => {
    const saved = await user.api(`/dataset/${dataset}/views?${query}`, {
      method: 'POST',
      body: new URLSearchParams({ name }),
    })
    assert.equal(saved.status, 200, await saved.clone().text())
    return ((await saved.json()) as { id: string }).id
  }
  const views = [
    await save('stems', fts('Häusern')),
    await save('phrase', fts('"Haus an den Straßen"')),
    await save('caption', 'caption=Hunde'),
  ]
  const added = await addMedia(user.api, dataset, form((await captioned(10, german)) as any, {}))
  const task = await ended(user.api, added.headers.get('location')!)
  assert.equal(task.status, 'COMPLETED', task.error_message ?? '')
  const counts = await Promise.all(
    views.map(async id => {
      const trend = (await (await user.api(`/dataset/${dataset}/views/${id}/trend`)).json()) as any
      return trend.points.map((point: any) => point.count)
    }),
  )
  assert.deepEqual(counts, [[2], [1], [1]])
  const [{ evaluation }] = (await app.db.query<{ evaluation: any }>(sql`
    select evaluation from tasks where batch_id = ${task.batch_id}`)) as [{ evaluation: any }]
  assert.equal(evaluation.evaluator, 'both')
})

test('every language is known to the engine; another is refused with the list', async () => {
  const known = await app.db.query<{ name: string }>(sql`
    select cfgname::text as name from pg_ts_config where cfgname::text = any(${[...languages]}::text[])`)
  assert.deepEqual(known.map(({ name }) => name).sort(), [...languages].sort())
  const refused = await user.api('/ingestion/new_dataset?dataset_name=x&language=klingon')
  assert.deepEqual(
    [refused.status, await refused.json()],
    [422, { detail: `language must be one of ${languages.join(', ')}.` }],
  )
  const made = await user.api('/dataset', {
    method: 'POST',
    body: new URLSearchParams({ dataset_name: 'x', language: 'Simple' }),
  })
  const { id } = (await made.json()) as { id: string }
  assert.equal(((await (await user.api(`/dataset/${id}`)).json()) as any).language, 'simple')
  const none = await user.api('/dataset', {
    method: 'POST',
    body: new URLSearchParams({ dataset_name: 'x', language: "english'" }),
  })
  assert.equal(none.status, 422)
})
