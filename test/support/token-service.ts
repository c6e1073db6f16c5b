// The token service of AWS as far as AssumeRole goes: it verifies the signature of the request (signature.ts), and hands out
// a key of its own, which the S3 server of the tests knows.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from './listen.ts'
import { isSigned } from './signature.ts'

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
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    /** The fields of the requests that were signed well. */
    asked,
    /** It takes requests, and answers none. */
    fallSilent() {
      silent = true
    },
  }
}
