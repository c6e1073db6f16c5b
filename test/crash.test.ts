// Whatever was acknowledged survives kill -9, and a batch leaves the same items, counts, points and notifications
// wherever the process died on the way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictures, startCrashing, watched } from './support/crash.ts'
import { emoji, emojiFiles, form, type Sent } from './support/media.ts'

const steps = ['list', 'measure', 'measured', 'compare', 'record', 'commit', 'reindex', 'done']

const crashing = await startCrashing(steps.length + 1, batch)
const undisturbed = await crashing.runThrough()

async function batch(): Promise<FormData> {
  const some = emoji.slice(3, 3 + pictures)
  const labels = some.map(({ short_name, category }) => `${short_name}.png,${category}`)
  const files: Sent[] = [
    ...(await emojiFiles(3, 3 + pictures)),
    { name: 'broken.png', bytes: 'no picture' },
    { name: 'image_annotations.csv', bytes: ['filename,label', ...labels, 'missing.png,x'].join('\n') },
    {
      name: 'object_annotations.csv',
      bytes: `filename,col_x,row_y,width,height,label\n${some[0]!.short_name}.png,1,2,3,4,eye\n`,
    },
  ]
  return form(files, { auto_reindex: 'true' })
}

test('an undisturbed run is what the others are compared with', () => {
  const matching = emoji.slice(3, 3 + pictures).filter(({ category }) => category === watched).length
  assert.ok(matching > 0 && matching < pictures)
  assert.deepEqual(undisturbed.task.slice(0, 2), [
    'COMPLETED',
    `Added ${pictures} media files; see its problems (2)`,
  ])
  assert.deepEqual(undisturbed.dataset, { status_new: 'READY', n_images: 3 + pictures, n_objects: 1 })
  assert.deepEqual(undisturbed.notifications, [[watched, matching, true]])
  assert.deepEqual(undisturbed.trends, { [watched]: [[matching, matching, true]], Nothing: [[0, 0, true]] })
  assert.equal(undisturbed.items.length, pictures + 2)
})

for (const step of steps)
  test(`killed at '${step}', it leaves the same`, async () => {
    assert.deepEqual(await crashing.runThrough(step), undisturbed)
  })
