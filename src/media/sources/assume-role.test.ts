// `assume_role`: the SDK asks the token service for the role's credentials, and reads the bucket with them. The token
// service is played by a server that hands out what the S3 server knows.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { emoji, picture } from '../../../test/support/media.ts'
import { bucket, startS3, type TestS3 } from '../../../test/support/s3.ts'
import { readConfig } from '../../config.ts'
import { openSources } from './source.ts'

const role = 'arn:aws:iam::123456789012:role/Reader'
const asked: URLSearchParams[] = []
const tokens = createServer(async (request, response) => {
  asked.push(new URLSearchParams(await text(request)))
  response.setHeader('content-type', 'text/xml')
  response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>S3RVER</AccessKeyId><SecretAccessKey>S3RVER</SecretAccessKey>
    <SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
    </AssumeRoleResult></AssumeRoleResponse>`)
})

let s3: TestS3
before(async () => {
  s3 = await startS3()
  await s3.put('role/a.png', await picture(emoji[0]!))
  tokens.listen(0, '127.0.0.1')
  await once(tokens, 'listening')
  process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}`
})
after(async () => {
  tokens.closeAllConnections()
  tokens.close()
  await s3.stop()
})

test('a role that is allowed is assumed; any other is refused before anybody is asked', async () => {
  const sources = openSources(readConfig({ ...s3.env, BELFRY_S3_ROLES: role }).s3)
  await sources.require(`s3://${bucket}/role/`, role, () => {})
  assert.deepEqual(
    asked.map(fields => [fields.get('Action'), fields.get('RoleArn')]),
    [['AssumeRole', role]],
  )
  await assert.rejects(
    sources.require(`s3://${bucket}/role/`, `${role}2`, () => {}),
    { code: 'roleNotAllowed' },
  )
  assert.equal(asked.length, 1)
})
