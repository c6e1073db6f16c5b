// An S3 server that refuses what is not signed as AWS documents it, listings too, and knows a bucket by the name of its host
// (http://bucket.localhost) as well as by the path. It stands before a server that verifies less, and passes on the rest.
import { createServer, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listen } from './listen.ts'
import { isSigned } from './signature.ts'

export async function startSignedStore(behind: string, secrets: Record<string, string>) {
  const asked: string[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming)
    const { method, url, headers } = incoming
    if (!isSigned(incoming, body, secrets)) {
      outgoing.writeHead(403, { 'content-type': 'application/xml' })
      return outgoing.end(
        '<Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message></Error>',
      )
    }
    const [, bucket] = /^(.+)\.localhost(:\d+)?$/.exec(headers.host!) ?? []
    asked.push(`${method} ${headers.host!.replace(/:\d+$/, '')}${url!.split('?')[0]}`)
    const { host: _, authorization, ...rest } = headers
    const onward = request(
      new URL(`${bucket ? `/${bucket}` : ''}${url}`, behind),
      { method, headers: { ...rest, authorization } },
      answer => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  })
  const port = await listen(server)
  return {
    endpoint: `http://localhost:${port}`,
    /** What was signed well: the method, the host, the path. */
    asked,
  }
}
