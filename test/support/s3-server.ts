// A real S3-compatible server in a process of its own. Started by `startS3`, with --openssl-legacy-provider: its
// continuation tokens are made with DES.
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

interface Server {
  run(): Promise<AddressInfo>
}
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: object) => Server

const [directory, ...buckets] = process.argv.slice(2)
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  allowMismatchedSignatures: true, // it forgets the slash behind a bucket, which the SDK signs as it is sent
  configureBuckets: buckets.map(name => ({ name })),
})
process.once('disconnect', () => process.exit())
process.send!((await server.run()).port)
