// A real S3-compatible server in a process of its own. Started by `startS3`, with --openssl-legacy-provider: its
// continuation tokens are made with DES.
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { temporaryKey } from './token-service.ts'

interface Server {
  run(): Promise<AddressInfo>
}
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: object) => Server

interface Account {
  createKeyPair(id: string, secret: string): void
}
const { DUMMY_ACCOUNT } = createRequire(import.meta.url)('@20minutes/s3rver/lib/models/account.js') as {
  DUMMY_ACCOUNT: Account
}

const [directory, strict, ...buckets] = process.argv.slice(2)
DUMMY_ACCOUNT.createKeyPair(temporaryKey.id, temporaryKey.secret)
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  // It verifies signatures, but forgets the slash behind a bucket, which the SDK signs as it is sent: where it is strict,
  // objects can be read and written, and no bucket listed.
  allowMismatchedSignatures: strict !== 'strict',
  configureBuckets: buckets.map(name => ({ name })),
})
process.once('disconnect', () => process.exit())
process.send!((await server.run()).port)
