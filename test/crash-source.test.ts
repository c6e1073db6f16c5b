// What is taken from a bucket is fetched while it is measured; a process that is killed on the way costs nothing either.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictures, startCrashing } from './support/crash.ts'
import { emoji, emojiFiles, form } from './support/media.ts'
import { bucket, startS3 } from './support/s3.ts'

/** The other steps are the same as for files: crash.test.ts. */
const steps = ['list', 'measure', 'measured', 'record']

const s3 = await startS3()
await fillBucket()
const crashing = await startCrashing(steps.length + 1, source, s3.env)
const undisturbed = await crashing.runThrough()

/** The same pictures in a bucket, listed by a manifest that also names one which is not there. */
async function fillBucket(): Promise<void> {
  const some = emoji.slice(3, 3 + pictures)
  for (const { name, bytes } of await emojiFiles(3, 3 + pictures)) await s3.put(`crash/${name}`, bytes)
  const rows = some.map(({ short_name, category }) => `${short_name}.png,${category}`)
  await s3.put('crash/list.csv', ['path,label', ...rows, 'missing.png,x'].join('\n'))
}

async function source(): Promise<FormData> {
  return form([], { s3_uri: `s3://${bucket}/crash/list.csv`, auto_reindex: 'true' })
}

test('an undisturbed run from a bucket', () => {
  assert.deepEqual(undisturbed.task.slice(0, 2), [
    'COMPLETED',
    `Added ${pictures} media files; see its problems (1)`,
  ])
  assert.equal(undisturbed.items.length, pictures + 1)
})

for (const step of steps)
  test(`killed at '${step}' while it takes from a bucket, it leaves the same`, async () => {
    assert.deepEqual(await crashing.runThrough(step), undisturbed)
  })
