// The token service of AWS as far as AssumeRole goes: it verifies the signature of the request, version 4 as documented, and
// hands out a key of its own, which the S3 server of the tests knows.
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'

export const temporaryKey = {
  id: 'ASIATEMPORARY',
  secret: 'of the role',
  token: 'session/token+of==the role',
}

export async function startTokenService(secrets: Record<string, string>) {
  const asked: URLSearchParams[] = []
  let silent = false
  const server = createServer(async (request, response) => {
    if (silent) return
    const body = await text(request)
    response.setHeader('content-type', 'text/xml')
    if (!isSigned(request, body, secrets)) {
      response.writeHead(403)
      return response.end(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
        <Code>SignatureDoesNotMatch</Code><Message>The signature does not match.</Message></Error></ErrorResponse>`)
    }
    asked.push(new URLSearchParams(body))
    response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <Credentials><AccessKeyId>${temporaryKey.id}</AccessKeyId><SecretAccessKey>${temporaryKey.secret}</SecretAccessKey>
      <SessionToken>${temporaryKey.token}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The fields of the requests that were signed well. */
    asked,
    /** It takes requests, and answers none. */
    fallSilent() {
      silent = true
    },
  }
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
const hmac = (key: string | Buffer, content: string) => createHmac('sha256', key).update(content).digest()

function isSigned({ method, url, headers }: IncomingMessage, body: string, secrets: Record<string, string>) {
  const header = headers.authorization ?? ''
  const [, id = '', scope = '', signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\S+)$/.exec(header) ?? []
  const secret = secrets[id]
  if (secret === undefined) return false
  const canonical = [
    method,
    url,
    '', // no query
    ...signed.split(';').map(name => `${name}:${headers[name]}`),
    '',
    signed,
    sha256(body),
  ]
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical.join('\n'))].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, toSign).toString('hex') === signature
}
