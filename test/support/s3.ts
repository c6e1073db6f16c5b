// A real S3-compatible server (s3rver) with its objects in a temporary folder, and a client to fill it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openObjects } from '../../src/media/s3/objects.ts'
import { forkBeside } from './child.ts'

export const bucket = 'media'

// Found by the SDK's own chain, as an operator's would be; these are what s3rver knows.
process.env.AWS_ACCESS_KEY_ID = 'S3RVER'
process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER'

export type TestS3 = Awaited<ReturnType<typeof startS3>>

/** Ends with the test, or the file, that starts it. `strict` refuses requests whose signature is wrong; buckets cannot be listed then (s3-server.ts). */
export async function startS3({ strict = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-s3-'))
  const server = forkBeside(
    's3-server.ts',
    [directory, strict ? 'strict' : 'lenient', bucket, 'private', 'storage'],
    { execArgv: ['--openssl-legacy-provider'] },
  )
  after(async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })
  const port = await server.says<number>()
  const endpoint = `http://127.0.0.1:${port}`
  const objects = openObjects({ endpoint, region: 'us-east-1', pathStyle: true, timeoutMs: 30_000 })
  return {
    endpoint,
    port,
    objects,
    /** Settings of a Belfry that may take media from the bucket `media`. */
    env: { BELFRY_S3_ENDPOINT: endpoint, BELFRY_S3_BUCKETS: bucket },
    put: (key: string, bytes: Buffer | string, into = bucket): Promise<void> => {
      const body = Buffer.from(bytes as string)
      return objects.write({ bucket: into, key }, () => body, body.length)
    },
    async keys(prefix = '', from = bucket): Promise<string[]> {
      const keys: string[] = []
      for await (const { key } of objects.list({ bucket: from, key: prefix })) keys.push(key)
      return keys
    },
  }
}
