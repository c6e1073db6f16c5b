// Every kind of request is signed as AWS documents it, with the bucket in the path and in the host's name.
import assert from 'node:assert/strict'
import dns from 'node:dns'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { bucket, startS3 } from '../../../test/support/s3.ts'
import { startSignedStore } from '../../../test/support/signed-store.ts'
import { openObjects } from './objects.ts'

const key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
const s3 = await startS3()
const store = await startSignedStore(s3.endpoint, { [key.accessKeyId]: key.secretAccessKey })
// Every name below `localhost` is this machine (RFC 6761), which not every resolver knows. Of this process alone.
const { lookup } = dns
const local = (name: string, ...rest: unknown[]) =>
  Reflect.apply(lookup, dns, [name.endsWith('.localhost') ? 'localhost' : name, ...rest])
dns.lookup = Object.assign(local, { __promisify__: lookup.__promisify__ })

for (const pathStyle of [true, false])
  test(`bucket in the ${pathStyle ? 'path' : "host's name"}: with the right secret all is done, with a wrong one nothing`, async () => {
    const settings = { endpoint: store.endpoint, region: 'eu-central-1', pathStyle, timeoutMs: 30_000 }
    const open = (secretAccessKey: string) => openObjects(settings, { ...key, secretAccessKey })
    const listed = async (objects = open(key.secretAccessKey)) => {
      const keys: string[] = []
      for await (const { key } of objects.list({ bucket, key: prefix })) keys.push(key)
      return keys
    }
    const prefix = `${pathStyle ? 'path' : 'host'} of + all = (kinds)/ü~`
    const [one, two] = [`${prefix}1.png`, `${prefix}2.png`]
    const objects = open(key.secretAccessKey)
    for (const name of [one, two])
      await objects.write({ bucket, key: name }, () => Buffer.from(name), Buffer.byteLength(name))
    assert.deepEqual(await listed(), [one, two])
    assert.equal(await objects.size({ bucket, key: one }), Buffer.byteLength(one))
    const { body } = await objects.read({ bucket, key: two }, { range: { start: 0, end: 4 } })
    assert.equal((await buffer(body)).toString(), two.slice(0, 4))

    const stranger = open('wrong')
    const refused = { message: 'it answered 403 SignatureDoesNotMatch' }
    await assert.rejects(listed(stranger), refused)
    await assert.rejects(stranger.read({ bucket, key: one }), refused)
    await assert.rejects(stranger.remove(bucket, [one]), refused)
    await assert.rejects(
      stranger.write({ bucket, key: one }, () => Buffer.from('x'), 1),
      refused,
    )
    await objects.remove(bucket, [one])
    assert.deepEqual(await listed(), [two])
    const place = pathStyle ? `localhost/${bucket}` : `${bucket}.localhost`
    assert.ok(store.asked.some(request => request.startsWith(`GET ${place}`)))
    store.asked.length = 0
  })
