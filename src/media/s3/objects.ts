// The objects of an S3-compatible store. The SDK is loaded at the first use: a server that never asks a store does not
// carry its memory. Every wait has a bound, and a fault is a StoreFault, whatever the SDK or the network called it.
import type { ReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { ByteRange } from '../byte-range.ts'
import { received, silence } from './exchange.ts'
import { asStoreFault, persist, StoreFault } from './faults.ts'
import type { ObjectPlace } from './uri.ts'

export interface StoreSettings {
  /** null: the endpoint of AWS for the region. */
  endpoint: string | null
  region: string
  /** `https://host/bucket/key`, as most stores other than AWS want it, instead of `https://bucket.host/key`. */
  pathStyle: boolean
  /** How long the store may be silent: before it answers, and between the bytes of an answer. */
  timeoutMs: number
}

export interface Found {
  key: string
  bytes: number
}

interface Asking {
  signal?: AbortSignal
}

export type Objects = ReturnType<typeof openObjects>

/** A page of a listing; S3's limit. */
const pageSize = 1000
/** The time that what is sent may take: half a megabyte a second. */
const slowestBytesPerMs = 500
/** What one request deletes; S3's limit. */
const deletedAtOnce = 1000

export function openObjects(settings: StoreSettings, credentials?: S3ClientConfig['credentials']) {
  const loading = () => import('@aws-sdk/client-s3')
  let made: Promise<S3Client> | undefined
  const client = () =>
    (made ??= loading().then(
      ({ S3Client }) =>
        new S3Client({
          region: settings.region,
          forcePathStyle: settings.pathStyle,
          ...(settings.endpoint && { endpoint: settings.endpoint }),
          ...(credentials && { credentials }),
          maxAttempts: 1, // `persist` asks again, and also when an answer breaks off
          // Many compatible stores do not know the newer checksums.
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
          requestHandler: { connectionTimeout: settings.timeoutMs, requestTimeout: 0 },
        }),
    ))
  type Sdk = Awaited<ReturnType<typeof loading>>

  /** Asks once; the answer has to begin in time. The signal it gives to `ask` ends the whole exchange. */
  async function ask<T>(
    request: (sdk: Sdk, client: S3Client, abortSignal: AbortSignal) => Promise<T>,
    { signal, sentBytes = 0 }: Asking & { sentBytes?: number } = {},
  ): Promise<{ answer: T; exchange: AbortController }> {
    const sdk = await loading()
    const connected = await client()
    const exchange = new AbortController()
    const waitMs = settings.timeoutMs + sentBytes / slowestBytesPerMs
    const timer = setTimeout(() => exchange.abort(), waitMs)
    const stop = () => exchange.abort()
    signal?.addEventListener('abort', stop)
    // The SDK heeds the signal once it has credentials; whoever hands those out may be silent too.
    const stopped = new Promise<never>((_, reject) => {
      exchange.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
    })
    stopped.catch(() => {}) // or nobody hears of it: the exchange is ended when its answer has been read
    try {
      const answer = await Promise.race([request(sdk, connected, exchange.signal), stopped])
      return { answer, exchange }
    } catch (error) {
      signal?.throwIfAborted()
      if (exchange.signal.aborted) throw silence(waitMs)
      throw asStoreFault(error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  return {
    /** Every object whose key begins with `prefix`, in the order of the keys. */
    async *list({ bucket, key: prefix }: ObjectPlace, asking: Asking = {}): AsyncGenerator<Found> {
      let token: string | undefined
      do {
        const { answer } = await persist(
          () =>
            ask(
              ({ ListObjectsV2Command }, client, abortSignal) =>
                client.send(
                  new ListObjectsV2Command({
                    Bucket: bucket,
                    Prefix: prefix,
                    MaxKeys: pageSize,
                    ContinuationToken: token,
                  }),
                  { abortSignal },
                ),
              asking,
            ),
          asking.signal,
        )
        for (const { Key, Size } of answer.Contents ?? [])
          if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 }
        const next = answer.IsTruncated ? answer.NextContinuationToken : undefined
        if (next !== undefined && next === token)
          throw new StoreFault('its listing repeats itself', { passing: false })
        token = next
      } while (token !== undefined)
    },

    /** The size of an object; undefined when there is none. */
    async size({ bucket, key }: ObjectPlace, asking: Asking = {}): Promise<number | undefined> {
      try {
        const { answer } = await persist(
          () =>
            ask(
              ({ HeadObjectCommand }, client, abortSignal) =>
                client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
              asking,
            ),
          asking.signal,
        )
        return answer.ContentLength ?? 0
      } catch (error) {
        if (error instanceof StoreFault && error.status === 404) return undefined
        throw error
      }
    },

    /** Opens an object, or its bytes from `start` up to but without `end`. Asks once: see `persist`. */
    async read(
      { bucket, key }: ObjectPlace,
      { signal, range }: Asking & { range?: ByteRange | undefined } = {},
    ): Promise<{ bytes: number | undefined; body: AsyncGenerator<Buffer> }> {
      const { answer, exchange } = await ask(
        ({ GetObjectCommand }, client, abortSignal) =>
          client.send(
            new GetObjectCommand({
              Bucket: bucket,
              Key: key,
              ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }),
            }),
            { abortSignal },
          ),
        { signal },
      )
      const bytes = answer.ContentLength
      return {
        bytes,
        body: received(answer.Body as Readable, { bytes, timeoutMs: settings.timeoutMs, signal, exchange }),
      }
    },

    async write(
      { bucket, key }: ObjectPlace,
      body: () => Buffer | ReadStream,
      bytes: number,
      asking: Asking = {},
    ): Promise<void> {
      await persist(
        () =>
          ask(
            ({ PutObjectCommand }, client, abortSignal) =>
              client.send(
                new PutObjectCommand({ Bucket: bucket, Key: key, Body: body(), ContentLength: bytes }),
                { abortSignal },
              ),
            { ...asking, sentBytes: bytes },
          ),
        asking.signal,
      )
    },

    async remove(bucket: string, keys: string[]): Promise<void> {
      for (let start = 0; start < keys.length; start += deletedAtOnce) {
        const some = keys.slice(start, start + deletedAtOnce).map(Key => ({ Key }))
        const { answer } = await persist(() =>
          ask(({ DeleteObjectsCommand }, client, abortSignal) =>
            client.send(
              new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: some, Quiet: true } }),
              { abortSignal },
            ),
          ),
        )
        const [refused] = answer.Errors ?? []
        if (refused)
          throw new StoreFault(`it would not delete ${refused.Key}: ${refused.Code}`, { passing: false })
      }
    },
  }
}
