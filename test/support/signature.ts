// Whether a request was signed with a secret that is known: version 4, as AWS documents it.
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const hmac = (key: string | Buffer, content: string) => createHmac('sha256', key).update(content).digest()

/** `secrets`: by the ids of their keys. */
export function isSigned(
  { method, url, headers }: IncomingMessage,
  body: string | Buffer,
  secrets: Record<string, string>,
): boolean {
  const header = headers.authorization ?? ''
  const [, id = '', scope = '', signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\S+)$/.exec(header) ?? []
  const secret = secrets[id]
  if (secret === undefined || !signed.split(';').includes('host')) return false
  const hash = headers['x-amz-content-sha256'] ?? sha256(body)
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) return false
  const [path, query = ''] = url!.split('?')
  const canonical = [
    method,
    path,
    query.split('&').filter(Boolean).map(named).sort().join('&'),
    ...signed.split(';').map(name => `${name}:${headers[name]}`),
    '',
    signed,
    hash,
  ]
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical.join('\n'))].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, toSign).toString('hex') === signature
}

/** A parameter without a value has an empty one. */
const named = (parameter: string) => (parameter.includes('=') ? parameter : `${parameter}=`)
