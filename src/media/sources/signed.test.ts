// Requests are signed, and a secret that is wrong opens nothing: against an S3 server which verifies signatures of requests for
// objects, and for `assume_role` a token service which verifies them too. The credentials are those of the SDK's own chain.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { testApp } from '../../../test/support/app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from '../../../test/support/media.ts'
import { bucket, startS3 } from '../../../test/support/s3.ts'
import { startTokenService, temporaryKey } from '../../../test/support/token-service.ts'
import { readConfig } from '../../config.ts'
import { openObjects } from '../s3/objects.ts'
import { openSources } from './source.ts'

const role = 'arn:aws:iam::123456789012:role/Reader'
const manifest = `s3://${bucket}/signed/list.txt`
const key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
const s3 = await startS3({ strict: true })
const tokens = await startTokenService({ [key.accessKeyId]: key.secretAccessKey })
process.env.AWS_ENDPOINT_URL_STS = tokens.url
await s3.put('signed/list.txt', 'a.png')
await s3.put('signed/a.png', await picture(emoji[0]!))
afterEach(() => {
  process.env.AWS_SECRET_ACCESS_KEY = key.secretAccessKey
})

const open = (env = {}) => openSources(readConfig({ ...s3.env, BELFRY_S3_ROLES: role, ...env }).s3)
const place = { bucket, key: 'signed/a.png' }

test('with the right secret objects are read, with a wrong one, or an unknown key, none', async () => {
  const settings = { endpoint: s3.endpoint, region: 'us-east-1', pathStyle: true, timeoutMs: 30_000 }
  assert.ok((await openObjects(settings, key).size(place))! > 0)
  for (const [wrong, code] of [
    [{ ...key, secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    [{ ...key, accessKeyId: 'nobody' }, 'InvalidAccessKeyId'],
    [{ ...key, accessKeyId: temporaryKey.id }, 'SignatureDoesNotMatch'],
  ] as const) {
    const objects = openObjects(settings, wrong)
    await assert.rejects(objects.read(place), {
      message: `it answered 403 ${code}`,
      status: 403,
      passing: false,
    })
    // What is asked for with HEAD is refused without a word.
    await assert.rejects(objects.size(place), {
      message: 'it answered 403: the credentials of this server are wrong, or may not do that',
    })
  }
})

test('a source is taken with the right secret; a wrong one is a 400, and the log says why', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'wrong'
  const reasons: string[] = []
  const refused = open().require(manifest, null, why => reasons.push(why))
  await assert.rejects(refused, { code: 'invalidS3Uri' })
  assert.deepEqual(reasons, ['it answered 403: the credentials of this server are wrong, or may not do that'])
  process.env.AWS_SECRET_ACCESS_KEY = key.secretAccessKey
  const app = await testApp({ env: s3.env })
  const { api } = await app.user()
  const dataset = await newDataset(api, 'Signed', await emojiFiles(1, 2))
  const added = await addMedia(api, dataset, form([], { s3_uri: manifest }))
  const task = await ended(api, added.headers.get('location')!)
  assert.deepEqual([task.status, task.status_message], ['COMPLETED', 'Added 1 media file'])
})

test('a role that is allowed is assumed, and its key signs; any other is refused before anybody is asked', async () => {
  const sources = open()
  await sources.require(manifest, role, () => {})
  assert.deepEqual(
    tokens.asked.map(fields => [fields.get('Action'), fields.get('RoleArn')]),
    [['AssumeRole', role]],
  )
  await assert.rejects(
    sources.require(manifest, `${role}2`, () => {}),
    { code: 'roleNotAllowed' },
  )
  assert.equal(tokens.asked.length, 1)
})

test('a wrong secret assumes no role, and a role whose key is wrong reads nothing', async () => {
  const asked = tokens.asked.length
  const why = async () => {
    const reasons: string[] = []
    await assert.rejects(
      open().require(manifest, role, reason => reasons.push(reason)),
      { code: 'invalidS3Uri' },
    )
    return reasons.join()
  }
  process.env.AWS_SECRET_ACCESS_KEY = 'wrong'
  assert.equal(await why(), 'it answered 403 SignatureDoesNotMatch')
  assert.equal(tokens.asked.length, asked)
  process.env.AWS_SECRET_ACCESS_KEY = key.secretAccessKey
  const { secret } = temporaryKey
  try {
    temporaryKey.secret = 'of another role'
    assert.match(await why(), /^it answered 403: /)
  } finally {
    temporaryKey.secret = secret
  }
  assert.equal(tokens.asked.length, asked + 1)
})

test('a token service that is silent is waited for as long as the store, and no longer', async () => {
  tokens.fallSilent()
  const sources = open({ BELFRY_S3_TIMEOUT_MS: '1000' })
  await assert.rejects(
    sources.require(manifest, role, () => {}),
    { code: 'storeUnreachable', message: /cannot be read now: it was silent for 1 s\. Try again soon\.$/ },
  )
})
