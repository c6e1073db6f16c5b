import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { problemsOf, read } from '../../../test/support/annotations.ts'

const parquet = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'], rowGroupSize = 2) =>
  Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }))

const images = parquet([
  { name: 'Filename', data: ['a.jpg', 'train/b.jpg', 'nowhere.jpg', 'val/c.jpg'], type: 'STRING' },
  { name: 'label', data: ['cat', '["dog", "puppy"]', 'x', null], type: 'STRING' },
  { name: 'caption', data: ['A cat', null, null, ' '], type: 'STRING' },
  { name: 'speed', data: [12.5, null, 1, 3], type: 'DOUBLE' },
  { name: 'count', data: [1n, 2n, 3n, 2n ** 60n], type: 'INT64' },
  { name: 'seen', data: [new Date('2026-03-31T17:02:12.432Z'), null, null, null], type: 'TIMESTAMP' },
  { name: 'day', data: [true, false, null, null], type: 'BOOLEAN' },
])

test('image_annotations.parquet means what the CSV means, over several row groups', async () => {
  const found = await read('image_annotations.parquet', images)
  assert.deepEqual(Object.fromEntries(found.image), {
    'a.jpg': {
      labels: ['cat'],
      caption: 'A cat',
      metadata: { speed: 12.5, count: 1, seen: '2026-03-31T17:02:12.432000', day: 'true' },
    },
    'train/b.jpg': { labels: ['dog', 'puppy'], caption: null, metadata: { count: 2, day: 'false' } },
    'val/c.jpg': { labels: [], caption: null, metadata: { speed: 3, count: '1152921504606846976' } },
  })
  assert.deepEqual(problemsOf(found), [
    'image_annotations.parquet row 3: The upload has no picture nowhere.jpg.',
  ])
})

test('object_annotations.parquet', async () => {
  const found = await read(
    'object_annotations.parquet',
    parquet([
      { name: 'filename', data: ['a.jpg', 'a.jpg'], type: 'STRING' },
      ...['col_x', 'row_y', 'width'].map((name, i) => ({
        name,
        data: [i, i + 0.5],
        type: 'DOUBLE' as const,
      })),
      { name: 'height', data: [4, 0], type: 'INT32' },
      { name: 'label', data: ['car', 'dog'], type: 'STRING' },
    ]),
  )
  assert.deepEqual(found.objects.get('a.jpg'), [{ label: 'car', box: [0, 1, 2, 4] }])
  assert.deepEqual(problemsOf(found), ['object_annotations.parquet row 2: The box is empty: 2.5 × 0.'])
})

test('a file that is none, or is damaged anywhere, is one fault', async () => {
  for (const broken of ['', 'PAR1', 'x'.repeat(1000), images.subarray(0, -9), images.subarray(5)]) {
    const found = await read('image_annotations.parquet', broken)
    assert.equal(found.problems.length, 1)
    assert.match(found.problems[0]!.problem, /^The Parquet file is damaged/)
  }
  const missing = await read(
    'image_annotations.parquet',
    parquet([{ name: 'file', data: ['a.jpg'], type: 'STRING' }]),
  )
  assert.deepEqual(problemsOf(missing), [
    "image_annotations.parquet: The column 'filename', 'label' is missing.",
  ])
})

test('a damaged file ends as a fault or as rows, and never as anything else', async () => {
  // Each in a thread of its own, so only some of them.
  for (let at = 50; at < images.length; at += 149) {
    const damaged = Buffer.from(images)
    damaged[at]! ^= 0xff
    const { problems } = await read('image_annotations.parquet', damaged)
    for (const { problem } of problems) assert.match(problem, /^[A-Z].*\.$/)
  }
})
