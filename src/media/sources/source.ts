// What an `s3_uri` means: a folder of media, one object, or a manifest that lists them.
import type { S3Config } from '../../config.ts'
import { problems } from '../../lib/problems.ts'
import { isAnnotationFile } from '../annotations/annotations.ts'
import { isLitter, shown } from '../names.ts'
import { StoreFault } from '../s3/faults.ts'
import { type Objects, openObjects } from '../s3/objects.ts'
import { type ObjectPlace, readS3Uri } from '../s3/uri.ts'
import { isVideoName } from '../video/formats.ts'

export interface Source {
  kind: 'folder' | 'object' | 'manifest'
  place: ObjectPlace
}

const pictures = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf]|bmp)$/i
const manifests = /\.(csv|txt|parquet)$/i

/** By its name, which is all that a listing shows. What it is, its bytes will say. */
export const isMedia = (path: string): boolean =>
  (pictures.test(path) || isVideoName(path)) && !isLitter(path)

/** A path without an ending is a folder, with or without its last slash. */
function sourceAt(place: ObjectPlace): Source {
  if (isMedia(place.key)) return { kind: 'object', place }
  if (manifests.test(place.key) && !isAnnotationFile(place.key)) return { kind: 'manifest', place }
  const key = place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`
  return { kind: 'folder', place: { ...place, key } }
}

export type Sources = ReturnType<typeof openSources>

/** `ownBucket` is where the server keeps media of its own: of every dataset, so nobody may take any from there. */
export function openSources(config: S3Config, ownBucket: string | null = null) {
  const own = openObjects(config)
  const ofRoles = new Map<string, Objects>()

  const mayRead = ({ bucket }: ObjectPlace) =>
    bucket !== ownBucket && (config.buckets.includes('*') || config.buckets.includes(bucket))

  /** The store as `assumeRole` sees it. */
  function objects(assumeRole: string | null): Objects {
    if (assumeRole === null) return own
    if (!config.roles.includes(assumeRole)) throw problems.roleNotAllowed(shown(assumeRole))
    const known = ofRoles.get(assumeRole) ?? openObjects(config, asRole(assumeRole, config))
    ofRoles.set(assumeRole, known)
    return known
  }

  /** Undefined for what is no URI, or names a bucket that media may not be taken from. */
  function read(uri: string): Source | undefined {
    const place = readS3Uri(uri)
    return place && mayRead(place) ? sourceAt(place) : undefined
  }

  return {
    objects,
    read,
    /**
     * Throws the documented 400 unless there is something to take at the URI. Who asks is not told whether the bucket
     * does not exist, is not theirs or is empty: `log` is.
     */
    async require(uri: string, assumeRole: string | null, log: (why: string) => void): Promise<void> {
      const nothing = (why: string) => {
        log(why)
        return problems.invalidS3Uri(shown(uri))
      }
      const store = objects(assumeRole)
      const source = read(uri)
      if (!source) throw nothing('it is no URI of a bucket in BELFRY_S3_BUCKETS')
      try {
        if (await holdsMedia(store, source)) return
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error
        if (error.passing) throw problems.storeUnreachable(shown(uri), error.message)
        throw nothing(error.message)
      }
      throw nothing('there are no media')
    },
  }
}

/** A folder whose first objects are no media is not searched further while somebody waits for the answer. */
const maxLookedAt = 10_000

async function holdsMedia(store: Objects, { kind, place }: Source): Promise<boolean> {
  if (kind !== 'folder') return ((await store.size(place)) ?? 0) > 0
  let looked = 0
  for await (const { key } of store.list(place)) {
    if (isMedia(key)) return true
    if (++looked >= maxLookedAt) return false
  }
  return false
}

const asRole =
  (arn: string, { region, timeoutMs }: S3Config): NonNullable<Parameters<typeof openObjects>[1]> =>
  async () => {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
    return fromTemporaryCredentials({
      params: { RoleArn: arn, RoleSessionName: 'belfry' },
      clientConfig: {
        region,
        maxAttempts: 1, // the request for which the role is assumed is asked again
        requestHandler: {
          connectionTimeout: timeoutMs,
          requestTimeout: timeoutMs,
          throwOnRequestTimeout: true,
        },
      },
    })()
  }
