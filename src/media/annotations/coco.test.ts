import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../../test/support/seed.ts'
import { inChunks, problemsOf, read } from '../../../test/support/annotations.ts'
import { elementsOf } from './json.ts'

test('COCO: boxes, captions and categories of whole pictures, in any order of the lists', async () => {
  const coco = {
    annotations: [
      {
        id: 1,
        image_id: 7,
        category_id: 2,
        bbox: [1, 2, 3, 4],
        segmentation: [[1, 2, '}]"\\'] as unknown[]],
      },
      { id: 2, image_id: 7, caption: 'A cat ' },
      { id: 3, image_id: '8', category_id: 1 },
      { id: 4, image_id: 99, category_id: 1 },
      { id: 5, image_id: 7, category_id: 99 },
      { id: 6, image_id: 7, category_id: 1, bbox: [0, 0, -1, 5] },
      { id: 7, image_id: 7, category_id: 1, bbox: [0, 0, '1', 5] },
      { id: 8, image_id: 7 },
      { id: 9, image_id: 9, category_id: 1 },
      17,
    ],
    info: { images: [{ id: 1, file_name: 'not meant' }], annotations: 'nor this' },
    images: [
      { id: 7, file_name: 'a.jpg' },
      { id: 8, file_name: 'b.jpg' },
      { id: 9, file_name: 'gone.jpg' },
      { file_name: 'a.jpg' },
    ],
    categories: [
      { id: 1, name: 'cat' },
      { id: 2, name: 'dög' },
    ],
  }
  for (const text of [JSON.stringify(coco), JSON.stringify(coco, null, 2)]) {
    const found = await read('train/annotations.json', text)
    assert.deepEqual(found.objects, new Map([['train/a.jpg', [{ label: 'dög', box: [1, 2, 3, 4] }]]]))
    assert.deepEqual(
      found.image,
      new Map([
        ['train/a.jpg', { labels: [], caption: 'A cat', metadata: {} }],
        ['train/b.jpg', { labels: ['cat'], caption: null, metadata: {} }],
      ]),
    )
    assert.deepEqual(
      problemsOf(found).map(text => text.replace('train/annotations.json ', '')),
      [
        'images[2]: The upload has no picture gone.jpg.',
        "images[3]: It has no 'id'.",
        "annotations[3]: Its 'image_id' is not among the images.",
        "annotations[4]: Its 'category_id' is not among the categories.",
        'annotations[5]: The box is empty: -1 × 5.',
        "annotations[6]: Its 'bbox' is not [x, y, width, height].",
        "annotations[7]: It has neither 'category_id' nor 'caption'.",
        "annotations[9]: Its 'image_id' is not among the images.",
      ],
    )
  }
})

test('JSON that cannot be read keeps what came before', async () => {
  const start = '{"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"x"}],"annotations":['
  const one = '{"image_id":1,"category_id":1}'
  for (const [text, sentence] of [
    [`${start}${one},`, /cut off/],
    [`${start}${one},{nonsense}]}`, /not valid JSON near/],
    [`${start}${one},{"x":"${'y'.repeat(2 ** 21)}"}]}`, /larger than 1048576 bytes/],
  ] as const) {
    const found = await read('annotations.json', text, 65_536)
    assert.match(problemsOf(found)[0]!, sentence)
  }
  for (const text of ['', '[]', 'hello', '"x"', '{}', '{"images":7}']) {
    const found = await read('annotations.json', text)
    assert.equal(found.image.size, 0)
    assert.equal(found.problems.length, 1, text)
  }
})

test('the elements of lists are what JSON.parse would give, however the file is cut', async () => {
  const value = fc.jsonValue({ maxDepth: 4 })
  const lists = fc.dictionary(fc.string(), fc.oneof(fc.array(value, { maxLength: 4 }), value), { maxKeys: 5 })
  await fc.assert(
    fc.asyncProperty(
      lists,
      fc.array(value),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, 1),
      async (other, wanted, size, indent) => {
        const all = { ...other, wanted, also: 1 }
        const found: unknown[] = []
        const source = inChunks(Buffer.from(JSON.stringify(all, null, indent)), size)
        for await (const { key, index, value } of elementsOf(source, ['wanted'])) {
          assert.deepEqual([key, index], ['wanted', found.length])
          found.push(value)
        }
        assert.deepEqual(found, JSON.parse(JSON.stringify(wanted)))
      },
    ),
    { numRuns: 300 },
  )
})
