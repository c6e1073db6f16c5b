// The command line takes media from a bucket.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dataset, TaskDetail } from '@belfry/client'
import { testApp } from './support/app.ts'
import { belfry } from './support/cli.ts'
import { emoji, picture, until } from './support/media.ts'
import { bucket, startS3 } from './support/s3.ts'

const s3 = await startS3()
const app = await testApp({ env: s3.env })
const { apiKey, apiSecret } = await app.user()
const env = { BELFRY_URL: app.url, BELFRY_API_KEY: apiKey, BELFRY_API_SECRET: apiSecret }
for (const [i, one] of emoji.slice(0, 5).entries())
  await s3.put(`cli/${i < 2 ? 'first' : 'later'}/${one.short_name}.png`, await picture(one))

test('a dataset made of a folder, and another folder added to it', async () => {
  const made = await belfry(
    ['dataset', 'create', 'Cameras', '--from', `s3://${bucket}/cli/first/`, '--json'],
    env,
  )
  assert.equal(made.code, 0, made.stderr)
  const { id } = JSON.parse(made.stdout) as Dataset
  await until(async () => {
    const { stdout } = await belfry(['dataset', 'list', '--json'], env)
    const [dataset] = JSON.parse(stdout) as Dataset[]
    return dataset!.id === id && dataset!.status_new === 'READY' ? true : undefined
  })
  const added = await belfry(['add', 'Cameras', `s3://${bucket}/cli/later/`, '--reindex', '--json'], env)
  assert.equal(added.code, 0, added.stderr)
  assert.equal((JSON.parse(added.stdout) as TaskDetail).status_message, 'Added 3 media files')
})

test('what cannot be taken says so', async () => {
  const absent = await belfry(['add', 'Cameras', `s3://${bucket}/absent/`], env)
  assert.deepEqual([absent.code, absent.stdout], [1, ''])
  assert.match(absent.stderr, /Invalid S3 URI or no media files found at s3:\/\/media\/absent\//)
  const two = await belfry(['add', 'Cameras', `s3://${bucket}/a/`, `s3://${bucket}/b/`], env)
  assert.equal(two.code, 2)
  await belfry(['dataset', 'create', 'Empty'], env)
  const draft = await belfry(['add', 'Empty', `s3://${bucket}/cli/later/`], env)
  assert.match(draft.stderr, /dataset create <name> --from s3:\/\/media\/cli\/later\//)
})
