import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { seedDataset } from '../../../test/support/alerts.ts'
import { testApp } from '../../../test/support/app.ts'
import { seedBatch } from '../../../test/support/items.ts'
import type { Explored } from './explore.ts'

const app = await testApp()
const user = await app.user('ann')
const dataset = await seedDataset(app, [user])
await seedBatch(
  app,
  dataset,
  Array.from({ length: 12 }, () => ({ labels: ['dog'] })),
)
const batch = await seedBatch(app, dataset, [
  { labels: ['car', 'red'], caption: 'A car at night', folder: 'a/b', file_name: 'x.png' },
  { labels: ['car'], kind: 'OBJECT' },
  { labels: ['car'], state: 'failed' },
  { labels: ['dog'] },
])

const explore = async (query = '', id = dataset): Promise<Explored> => {
  const answer = await user.api(`/explore/${id}?${query}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as Explored
}
const vql = (...items: object[]) => `vql=${encodeURIComponent(JSON.stringify(items))}`
const car = vql({ labels: { op: 'one_of', value: ['car'] } })

test('a cluster and its preview have every documented field, in order', async () => {
  const { clusters } = await explore(car)
  const [cluster] = clusters
  const id = cluster!.cluster_id
  const tags: [] = []
  assert.equal(
    JSON.stringify(clusters),
    JSON.stringify([
      {
        cluster_id: id,
        type: 'IMAGES',
        n_images: 1,
        n_objects: 0,
        n_videos: 0,
        n_frames: 0,
        similarity_threshold: 0,
        relevance_score: null,
        relevance_score_type: null,
        captions: ['A car at night'],
        labels: ['car', 'red'],
        user_tags: tags,
        previews: [
          {
            type: 'IMAGE',
            media_id: id,
            media_uri: `/api/v1/media/${id}/original`,
            media_thumb_uri: `/api/v1/media/${id}/thumbnail`,
            caption: 'A car at night',
            image_id: id,
            image_uri: `/api/v1/media/${id}/original`,
            bounding_box: null,
            file_name: 'x.png',
            original_uri: 'a/b/x.png',
            video_uri: null,
            frame_timestamp: null,
            labels: ['car', 'red'],
            user_tags: tags,
            relevance_score: null,
            relevance_score_type: null,
            width: 640,
            height: 480,
          },
        ],
      },
    ]),
  )
})

test('pages follow each other without gaps or repeats, and the metadata counts them', async () => {
  const seen: string[] = []
  for (let page = 0; page < 4; page++) {
    const { clusters, metadata } = await explore(`page_size=4&page_number=${page}`)
    seen.push(...clusters.map(cluster => cluster.cluster_id))
    assert.deepEqual(metadata, {
      page_number: page,
      page_size: 4,
      total: 14,
      total_pages: 4,
      has_more: page < 3,
    })
  }
  assert.equal(new Set(seen).size, 14)
  const rest = await explore('page_number=9')
  assert.deepEqual([rest.clusters.length, rest.metadata.total, rest.metadata.has_more], [0, 14, false])
})

test('the filters are those of views, and batch_id leaves what came with a batch', async () => {
  const total = async (query: string) => (await explore(query)).metadata.total
  assert.equal(await total(`batch_id=${batch}`), 2)
  assert.equal(await total(`entity_type=OBJECTS&${car}`), 1)
  assert.equal(await total('caption=nights'), 1)
  assert.equal(await total('entity_type=VIDEOS'), 0)
  const elsewhere = await seedBatch(app, await seedDataset(app, [user]), [{}])
  assert.equal(await total(`batch_id=${elsewhere}`), 0)
})

test('an object is shown by the picture it is part of, with its box', async () => {
  await app.db.query(sql`
    update items set bounding_box = '{1, 2, 3.5, 4}', parent_id = (
      select id from items where batch_id = ${batch} and ordinal = 0)
    where batch_id = ${batch} and ordinal = 1`)
  const [object] = (await explore('entity_type=OBJECTS')).clusters
  const [preview] = object!.previews
  assert.notEqual(preview!.image_id, preview!.media_id)
  assert.equal(preview!.media_uri, `/api/v1/media/${preview!.image_id}/original`)
  assert.deepEqual(preview!.bounding_box, [1, 2, 3.5, 4])
})

test('a page out of bounds and a bad filter are 422, a stranger gets 404', async () => {
  for (const query of [
    'page_number=-1',
    'page_number=10001',
    'page_size=201',
    'page_size=0',
    'vql=x',
    'batch_id=1',
  ])
    assert.equal((await user.api(`/explore/${dataset}?${query}`)).status, 422, query)
  const stranger = await app.user()
  assert.equal((await stranger.api(`/explore/${dataset}`)).status, 404)
})
