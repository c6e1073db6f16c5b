// Where an object is. A URI names a bucket and a key and never a host: which store is asked is for the operator alone
// to say (BELFRY_S3_ENDPOINT), so no URI of a user leads a request anywhere else.

export interface ObjectPlace {
  bucket: string
  /** '' is the whole bucket; a folder ends with '/'. */
  key: string
}

/** S3's rule: nothing that reads as an address of the network. */
const bucketName = /^(?!\d+(\.\d+){3}$)[a-z0-9](?!.*\.\.)[a-z0-9._-]{1,61}[a-z0-9]$/
/** S3's limit. */
const maxKeyBytes = 1024

/** Reads `s3://bucket/key`. Undefined for anything else, keys with control characters or `..` included. */
export function readS3Uri(text: string): ObjectPlace | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text.trim()) ?? []
  if (bucket === undefined || !bucketName.test(bucket)) return undefined
  if (/[\u0000-\u001f\u007f]/.test(key) || !key.isWellFormed() || Buffer.byteLength(key) > maxKeyBytes)
    return undefined
  if (key.split('/').includes('..')) return undefined
  return { bucket, key }
}

export const s3Uri = ({ bucket, key }: ObjectPlace): string => `s3://${bucket}/${key}`
