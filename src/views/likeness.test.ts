// Views, explore and previews by meaning and likeness, on real pictures with the models that are shipped.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'
import {
  addMedia,
  type Emoji,
  emoji,
  ended,
  form,
  newDataset,
  picture,
  until,
} from '../../test/support/media.ts'

const named = (name: string) => emoji.find(one => one.short_name === name)!
const first = ['cat', 'dog', 'car', 'apple', 'rose', 'airplane', 'banana', 'guitar'].map(named)
const captions: Record<string, string> = {
  cat: 'a kitten',
  dog: 'a puppy',
  car: 'an automobile on the street',
  apple: 'a piece of fruit',
  rose: 'a red flower',
  airplane: 'a plane in the sky',
  banana: 'something sweet to eat',
  guitar: 'an instrument with six strings',
}

const filesOf = async (some: Emoji[]) => [
  ...(await Promise.all(
    some.map(async one => ({ name: `${one.short_name}.png`, bytes: await picture(one) })),
  )),
  {
    name: 'image_annotations.csv',
    bytes: [
      'filename,label,caption',
      ...some.map(({ short_name: name }) => `${name}.png,${name},${captions[name]}`),
    ].join('\n'),
  },
]
const vql = (...items: object[]) => `vql=${encodeURIComponent(JSON.stringify(items))}`
const explore = async (query: string, of = dataset): Promise<any> => {
  const answer = await user.api(`/explore/${of}?${query}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return answer.json()
}
const names = (explored: any): string[] => explored.clusters.map((one: any) => one.previews[0].file_name)
const idOf = async (name: string): Promise<string> => {
  const [row] = await app.db.query<{ id: string }>(sql`
    select id from items where dataset_id = ${dataset} and file_name = ${name} order by created_at limit 1`)
  return row!.id
}
const save = (name: string, query: string) =>
  user.api(`/dataset/${dataset}/views?${query}`, { method: 'POST', body: new URLSearchParams({ name }) })
const anchor = async (fields: Record<string, string | Blob>) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value as string)
  const answer = await user.api(`/dataset/${dataset}/search-image-similarity`, { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as any }
}

const app = await testApp({ env: { BELFRY_EVALUATOR: 'both' } })
const user = await app.user('ann')
const dataset = await newDataset(user.api, 'meaning', (await filesOf(first)) as any)

test('a sentence finds what means the same, best first, with its relevance', async () => {
  const found = await explore(vql({ text: { op: 'semantic', value: 'a young cat', threshold: 0.5 } }))
  assert.equal(names(found)[0], 'cat.png')
  const [cluster] = found.clusters
  assert.equal(cluster.relevance_score_type, 'semantic')
  assert.ok(cluster.relevance_score >= 0.5 && cluster.relevance_score <= 1)
  assert.equal(cluster.previews[0].relevance_score, cluster.relevance_score)
  const all = await explore(vql({ text: { op: 'semantic', value: 'a young cat', threshold: 0 } }))
  assert.equal(all.metadata.total, first.length)
  const scores: number[] = all.clusters.map((one: any) => one.relevance_score)
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  )
  const caption = await explore('caption=a young cat (or two&threshold=0.5')
  assert.deepEqual(names(caption), ['cat.png'], 'the caption, with a threshold, is such a sentence too')
  const within = await explore(vql({ not: [{ text: { op: 'semantic', value: 'a young cat' } }] }))
  assert.equal(within.metadata.total, first.length - found.metadata.total)
  assert.equal(within.clusters[0].relevance_score, null)
})

test('words have a rank as well', async () => {
  const found = await explore('caption=cat OR kitten OR puppy')
  assert.equal(names(found)[0], 'cat.png', 'both words')
  assert.equal(found.clusters[0].relevance_score_type, 'fts')
  assert.ok(found.clusters[0].relevance_score > found.clusters[1].relevance_score)
  const others = await explore('caption=(cat OR kitten OR puppy) -elephant')
  assert.deepEqual(
    others.clusters.map((one: any) => [one.cluster_id, one.relevance_score]),
    found.clusters.map((one: any) => [one.cluster_id, one.relevance_score]),
    'what must not occur has no part in the rank',
  )
  const without = await explore('caption=-cat')
  assert.ok(without.metadata.total > 0)
  assert.equal(without.clusters[0].relevance_score_type, null)
})

test('likeness to an item, to a picture that is sent, and to a part of one', async () => {
  const like = (op: string, value: string, threshold: number) =>
    explore(vql({ similarity: { op, value, threshold } }))
  const self = await like('media', await idOf('rose.png'), 0.001)
  assert.deepEqual(names(self), ['rose.png'])
  assert.ok(self.clusters[0].relevance_score > 0.999)

  const jpeg = await sharp(await picture(named('rose')))
    .flatten({ background: 'white' })
    .resize(300)
    .jpeg()
    .toBuffer()
  const { status, body } = await anchor({ file: new Blob([jpeg as any]) })
  assert.deepEqual([status, body.anchor_type], [200, 'UPLOAD'])
  assert.deepEqual(names(await like('upload', body.anchor_media_id, 0.1)), ['rose.png'])
  assert.equal((await like('upload', body.anchor_media_id, 1)).metadata.total, first.length)

  const framed = await sharp(jpeg)
    .extend({ top: 100, left: 200, right: 40, bottom: 10, background: 'green' })
    .png()
    .toBuffer()
  const boxed = await anchor({ file: new Blob([framed as any]), bounding_box: '[200, 100, 300, 300]' })
  assert.deepEqual(names(await like('upload', boxed.body.anchor_media_id, 0.1)), ['rose.png'])

  const item = await idOf('dog.png')
  assert.deepEqual((await anchor({ anchor_media_id: item })).body, {
    anchor_media_id: item,
    anchor_type: 'MEDIA',
  })
  const urlEncoded = await user.api(`/dataset/${dataset}/search-image-similarity`, {
    method: 'POST',
    body: new URLSearchParams({ anchor_media_id: item }),
  })
  assert.equal(urlEncoded.status, 200)
  const part = await anchor({ anchor_media_id: item, bounding_box: '0,0,40,40' })
  assert.equal(part.body.anchor_type, 'UPLOAD')
})

test('what cannot be an anchor is refused with a sentence', async () => {
  const picture = new Blob([
    (await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()) as any,
  ])
  const refused: [Record<string, string | Blob>, number, RegExp][] = [
    [{}, 422, /Send either file/],
    [{ file: picture, anchor_media_id: randomUUID() }, 422, /Send either file/],
    [{ file: new Blob(['no picture']) }, 400, /no picture of a known format/],
    [{ file: picture, bounding_box: '[20, 20, 5, 5]' }, 422, /lies outside/],
    [{ file: picture, bounding_box: '[1, 2, 3]' }, 422, /must be four numbers/],
    [{ anchor_media_id: 'x' }, 422, /must be a UUID/],
    [{ anchor_media_id: randomUUID(), bounding_box: '[1, 2, 3, 4]' }, 404, /Media not found/],
    [{ anchor_media_id: randomUUID() }, 404, /Media not found/],
  ]
  for (const [fields, status, sentence] of refused) {
    const answer = await anchor(fields)
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.match(answer.body.detail, sentence)
  }
  const two = new FormData()
  for (let i = 0; i < 2; i++) two.append('file', picture, `${i}.png`)
  const path = `/dataset/${dataset}/search-image-similarity`
  const answer = await user.api(path, { method: 'POST', body: two })
  assert.deepEqual(await answer.json(), { detail: 'Send one picture; this request has more files.' })
  assert.equal(answer.status, 422)
  for (const op of ['media', 'upload']) {
    const answer = await save(`nothing ${op}`, vql({ similarity: { op, value: randomUUID() } }))
    assert.equal(answer.status, 422)
    assert.match(((await answer.json()) as any).detail, /^vql\[0\]\.similarity\.value names no/)
  }
})

test('a view by meaning and one by likeness count a batch, say why, and outlive their anchor', async () => {
  const animals = vql({ text: { op: 'semantic', value: 'a young animal', threshold: 0.4 } })
  const roseId = await idOf('rose.png')
  const roses = vql(
    { not: [{ labels: { op: 'is', value: ['other'] } }] },
    { similarity: { op: 'media', value: roseId, threshold: 0.1 } },
  )
  const views = []
  for (const [name, query] of [
    ['animals', animals],
    ['roses', roses],
  ] as const) {
    const answer = await save(name, query)
    assert.equal(answer.status, 200, await answer.clone().text())
    views.push((await answer.json()) as any)
  }
  // The anchor goes, and the thread starts anew: neither is needed any more.
  await app.db.query(sql`delete from items where id = ${roseId}`)
  const answer = await addMedia(
    user.api,
    dataset,
    form((await filesOf(['dog', 'rose', 'guitar'].map(named))) as any),
  )
  assert.equal((await ended(user.api, answer.headers.get('location')!)).status, 'COMPLETED')
  const counted = await Promise.all(
    views.map(
      async ({ id }) =>
        ((await (await user.api(`/dataset/${dataset}/views/${id}`)).json()) as any).total_results,
    ),
  )
  assert.deepEqual(counted, [1, 1])

  const listed = await until(async () => {
    const { notifications } = (await (await user.api('/notifications')).json()) as any
    return notifications.length === 2 ? notifications : undefined
  })
  for (const one of listed) {
    const { matches } = (await (await user.api(`/notifications/${one.id}/matches`)).json()) as any
    const isRoses = one.metadata.view_name === 'roses'
    assert.equal(matches[0].file_name, isRoses ? 'rose.png' : 'dog.png')
    const reason = matches[0].reasons.at(-1)
    assert.ok(reason.score >= (isRoses ? 0.9 : 0.4) && reason.score <= 1, JSON.stringify(reason))
  }
  const batch = answer.headers.get('x-batch-id')
  assert.deepEqual(
    names(await explore(`${animals}&batch_id=${batch}`)),
    ['dog.png'],
    'explore opens what was counted',
  )

  const preview = (await (
    await user.api(`/dataset/${dataset}/views/preview?${animals}&batches=5`, { method: 'POST' })
  ).json()) as any
  assert.deepEqual(
    preview.batches.map(({ count }: any) => count),
    [1, 1],
  )
  assert.ok(preview.samples.every(({ reasons }: any) => reasons[0].score >= 0.4))
})

test('alike items are shown as one cluster when that is asked for', async () => {
  const copy = await sharp(await picture(named('guitar')))
    .flatten({ background: 'white' })
    .jpeg({ quality: 70 })
    .toBuffer()
  const answer = await addMedia(
    user.api,
    dataset,
    form([{ name: 'copy.jpg', bytes: copy as any }], { auto_reindex: 'true' }),
  )
  assert.equal((await ended(user.api, answer.headers.get('location')!)).status, 'COMPLETED')
  const flat = await explore('')
  const grouped = await explore('clustered=true')
  assert.ok(grouped.metadata.total < flat.metadata.total)
  const guitars = grouped.clusters.find((one: any) =>
    one.previews.some((it: any) => it.file_name === 'copy.jpg'),
  )
  assert.equal(guitars.n_images, 3)
  assert.deepEqual(
    new Set(guitars.previews.map((it: any) => it.file_name)),
    new Set(['guitar.png', 'copy.jpg']),
  )
  const paged = await explore('clustered=true&page_size=1&page_number=1')
  assert.equal(paged.clusters[0].cluster_id, grouped.clusters[1].cluster_id)
  const searched = await explore(
    `clustered=true&${vql({ text: { op: 'semantic', value: 'a plane', threshold: 0.3 } })}`,
  )
  assert.equal(names(searched)[0], 'airplane.png')
})
