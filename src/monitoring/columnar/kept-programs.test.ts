// What views compiled to stays for the next batch, in the threads that had it, and is shared by those views.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bare, openFilterMedia, view, watch } from '../../../test/support/filter-media.ts'
import type { ViewFilter } from '../../views/filter.ts'
import { tileItems } from './bits.ts'
import { createColumnarEvaluator } from './evaluator.ts'

const columnar = createColumnarEvaluator()
after(columnar.close)
const media = await openFilterMedia()

test('what is shared is divided: the views of a batch cost what the batch costs', async () => {
  const batch = await media.insert(Array.from({ length: 2000 }, () => ({ ...bare, labels: ['car'] })))
  const begun = performance.now()
  const counted = await columnar.count(
    media.db,
    batch,
    watch(Array.from({ length: 50 }, () => view([{ labels: { op: 'is', value: ['car'] } }]))),
  )
  const elapsed = performance.now() - begun
  const sum = counted.reduce((ms, one) => ms + one!.ms, 0)
  assert.ok(sum > 0 && sum <= elapsed, `${sum} of ${elapsed} ms`)
})

test('the same views again, others, and the same ones at the same time count what they count alone', async () => {
  const [cars, dogs] = ['car', 'dog'].map(label => view([{ labels: { op: 'is', value: [label] } }]))
  const across = [0, 1, 2].map(tile => tile * tileItems) // more tiles than threads
  const ofCars = await media.insert(
    across.map(() => ({ ...bare, labels: ['car'] })),
    across,
  )
  const ofBoth = await media.insert([
    { ...bare, labels: ['car'] },
    { ...bare, labels: ['dog'] },
  ])
  const count = async (batch: string, filters: ViewFilter[]) =>
    (await columnar.count(media.db, batch, watch(filters))).map(one => one!.count)
  assert.deepEqual(await count(ofCars, [cars!, dogs!]), [3, 0])
  assert.deepEqual(await count(ofBoth, [cars!, dogs!]), [1, 1])
  assert.deepEqual(await count(ofCars, [cars!, dogs!]), [3, 0])
  assert.deepEqual(await count(ofCars, [dogs!, cars!]), [0, 3])
  assert.deepEqual(await count(ofCars, [cars!]), [3])
  const both = [ofCars, ofBoth, ofCars].map(batch => count(batch, [cars!]))
  assert.deepEqual(await Promise.all(both), [[3], [1], [3]])
})
