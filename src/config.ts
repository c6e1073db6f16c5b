// The only reader of the environment. Every problem is reported at once, in words an operator can act on.
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'

export const evaluatorSettings = ['auto', 'sql', 'columnar', 'both'] as const
export type EvaluatorSetting = (typeof evaluatorSettings)[number]

export interface Config {
  host: string
  port: number
  /** Where the embedded database, the media and the server's own key live. */
  dataFolder: string
  /** null: the embedded engine, in `dataFolder`. */
  databaseUrl: string | null
  auth: 'required' | 'none'
  /** The address people reach the server at; decides whether cookies are `Secure`. */
  publicUrl: string | null
  /** Browser origins that may send credentials from another site. */
  origins: string[]
  logLevel: string
  /** Which evaluator counts a batch; `auto` is a rule (src/monitoring/choose.ts). */
  evaluator: EvaluatorSetting
  /** The whole body of one upload request. */
  maxUploadBytes: number
  /** How long a worker may be silent before another takes its task. */
  taskLeaseMs: number
  /** null: the models that Belfry has. */
  embedder: RemoteModel | null
  /** A model in a folder, for pictures and texts; null: none. */
  clip: ClipModel | null
  /** What reads captions and labels where no endpoint does. */
  textModel: 'minilm' | 'none'
  /** What the thread that compares vectors holds of them. */
  vectorCacheMb: number
  /** Notifications older than this are deleted; 0 keeps them all. */
  keepNotificationsDays: number
  /** Where media are kept: `file`, in `dataFolder`; or a bucket. */
  storage: 'file' | { bucket: string; prefix: string }
  s3: S3Config
  video: {
    ffmpeg: string
    framesPerSecond: number
    maxFrames: number
  }
}

/** The one S3-compatible store that is read from; a user's URI names a bucket in it, never a host. */
export interface S3Config {
  endpoint: string | null
  region: string
  pathStyle: boolean
  /** Media may be taken from these alone. `*`: from all that the credentials can read. */
  buckets: string[]
  /** The roles that `assume_role` may name. */
  roles: string[]
  /** How long the store may be silent. */
  timeoutMs: number
}

/** Every variable, for docs/reference/config.md, which a test compares with this list. */
export const variables = {
  BELFRY_HOST: 'Address to listen on. Default 127.0.0.1.',
  BELFRY_PORT: 'Port to listen on, 0 for any free one. Default 8080.',
  BELFRY_DATA: 'Folder of the embedded database, the media and the server key. Default ./belfry-data.',
  DATABASE_URL:
    'A PostgreSQL 15+ to use instead of the embedded engine: postgres://user:password@host/database.',
  BELFRY_AUTH: '`required` (default), or `none`: one local user, no sign-in, loopback only.',
  BELFRY_ALLOW_OPEN: '`yes` lets BELFRY_AUTH=none listen on an address other machines can reach.',
  BELFRY_PUBLIC_URL: 'The address people use, when a proxy stands in front: https://belfry.example.com.',
  BELFRY_ORIGINS: 'Comma-separated origins whose pages may call the API with cookies.',
  BELFRY_LOG_LEVEL: 'fatal, error, warn, info (default), debug, trace or silent.',
  BELFRY_EVALUATOR:
    '`auto` (default) chooses by batch; `sql` or `columnar`; `both` counts twice and fails on a difference.',
  BELFRY_MAX_UPLOAD_BYTES: 'Largest body of one upload request. Default 4294967296 (4 GiB).',
  BELFRY_KEEP_DAYS: 'Notifications older than this many days are deleted. Default 0: all are kept.',
  BELFRY_TEXT_MODEL:
    '`minilm` (default) reads captions and labels, some 50 a second; `none` does without search by meaning.',
  BELFRY_EMBEDDER_URL:
    'An HTTP endpoint that makes vectors, instead of the models Belfry has: see docs/operate/models.md.',
  BELFRY_EMBEDDER_MODEL: 'The name of its model; needed with the address.',
  BELFRY_EMBEDDER_DIMS: 'How many numbers its vectors have; needed with the address.',
  BELFRY_EMBEDDER_TOKEN: 'A bearer token for it.',
  BELFRY_EMBEDDER_INPUTS: '`both` (default): pictures and texts into one space; `images` or `texts` alone.',
  BELFRY_CLIP_MODEL:
    'A folder with a CLIP model, instead of the models Belfry has; needs @huggingface/transformers: see docs/operate/models.md.',
  BELFRY_CLIP_HUB:
    'A Hugging Face hub, https://huggingface.co for one, to download BELFRY_CLIP_MODEL from, once; it is then a name there. Default: none, nothing is downloaded.',
  BELFRY_EMBEDDER_LIKENESS:
    'The cosines of pictures that have nothing in common and that are the same. Default 0.5,1.',
  BELFRY_EMBEDDER_RELEVANCE:
    'The cosines of a text with a picture it says nothing of, and all of. Default 0.15,0.35; of texts alone 0.25,0.75.',
  BELFRY_VECTOR_CACHE_MB: 'Vectors held in memory for searches, in MiB. Default 256.',
  BELFRY_FFMPEG: 'The program that takes frames out of videos. Default ffmpeg, on the PATH.',
  BELFRY_VIDEO_FPS: 'Frames that are taken out of a second of video, 0.01 to 60. Default 1.',
  BELFRY_VIDEO_MAX_FRAMES: 'Frames that are taken out of one video at most. Default 1000.',
  BELFRY_STORAGE:
    'Where media are kept: `file` (default), in BELFRY_DATA; or s3://bucket/prefix, in the store of BELFRY_S3_ENDPOINT.',
  BELFRY_S3_BUCKETS:
    'Comma-separated buckets that media may be taken from by s3_uri; `*`: all that the credentials can read. Default: none.',
  BELFRY_S3_ENDPOINT: 'An S3-compatible store: https://s3.example.com. Default: that of AWS.',
  BELFRY_S3_REGION: 'Its region. Default AWS_REGION, us-east-1.',
  BELFRY_S3_PATH_STYLE:
    '`yes`: buckets are in the path, `no`: in the host name. Default: yes with an endpoint, no without.',
  BELFRY_S3_ROLES: 'Comma-separated ARNs of roles that assume_role may name. Default: none.',
  BELFRY_S3_TIMEOUT_MS: 'How long the store may be silent before it is asked again. Default 30000.',
  BELFRY_TASK_LEASE_MS: 'How long a worker may be silent before another takes its task. Default 15000.',
} as const

export class ConfigError extends Error {}

export function readConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const text = (name: keyof typeof variables) => env[name]?.trim() || undefined
  const integer = (name: keyof typeof variables, fallback: number, min: number, max: number) => {
    const value = Number(text(name) ?? fallback)
    if (!Number.isInteger(value) || value < min || value > max)
      faults.push(`${name} must be a whole number from ${min} to ${max}, not '${text(name)}'.`)
    return value
  }
  const oneOf = <T extends string>(name: keyof typeof variables, values: readonly T[], fallback: T): T => {
    const value = (text(name) ?? fallback) as T
    if (!values.includes(value)) faults.push(`${name} must be one of ${values.join(', ')}, not '${value}'.`)
    return value
  }
  const list = (name: keyof typeof variables) =>
    (text(name) ?? '')
      .split(',')
      .map(part => part.trim())
      .filter(Boolean)
  const storage = (): Config['storage'] => {
    const value = text('BELFRY_STORAGE') ?? 'file'
    if (value === 'file') return value
    const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9._-]+)(?:\/(.*?))?\/?$/.exec(value) ?? []
    if (bucket === undefined)
      faults.push(`BELFRY_STORAGE must be file or s3://bucket/prefix, not '${value}'.`)
    return { bucket: bucket ?? '', prefix: prefix && `${prefix}/` }
  }
  const url = (name: string, value: string | undefined, protocols: string[]) => {
    if (value !== undefined && !protocols.includes(URL.parse(value)?.protocol ?? ''))
      faults.push(`${name} must be an address that starts with ${protocols.join('// or ')}//.`)
    return value ?? null
  }

  const dataFolder = resolve(text('BELFRY_DATA') ?? 'belfry-data')
  const config: Config = {
    host: text('BELFRY_HOST') ?? '127.0.0.1',
    port: integer('BELFRY_PORT', 8080, 0, 65_535),
    dataFolder,
    databaseUrl: url('DATABASE_URL', text('DATABASE_URL'), ['postgres:', 'postgresql:']),
    auth: oneOf('BELFRY_AUTH', ['required', 'none'], 'required'),
    publicUrl: url('BELFRY_PUBLIC_URL', text('BELFRY_PUBLIC_URL'), ['http:', 'https:']),
    origins: list('BELFRY_ORIGINS'),
    logLevel: oneOf(
      'BELFRY_LOG_LEVEL',
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
    ),
    evaluator: oneOf('BELFRY_EVALUATOR', evaluatorSettings, 'auto'),
    maxUploadBytes: integer('BELFRY_MAX_UPLOAD_BYTES', 4 * 2 ** 30, 1024, Number.MAX_SAFE_INTEGER),
    keepNotificationsDays: integer('BELFRY_KEEP_DAYS', 0, 0, 36_500),
    textModel: oneOf('BELFRY_TEXT_MODEL', ['minilm', 'none'], 'minilm'),
    ...readModels(text, integer, oneOf, faults, dataFolder),
    vectorCacheMb: integer('BELFRY_VECTOR_CACHE_MB', 256, 32, 1_000_000),
    taskLeaseMs: integer('BELFRY_TASK_LEASE_MS', 15_000, 500, 3_600_000),
    video: {
      ffmpeg: text('BELFRY_FFMPEG') ?? 'ffmpeg',
      framesPerSecond: Number(text('BELFRY_VIDEO_FPS') ?? 1),
      maxFrames: integer('BELFRY_VIDEO_MAX_FRAMES', 1000, 1, 50_000),
    },
    storage: storage(),
    s3: {
      endpoint: url('BELFRY_S3_ENDPOINT', text('BELFRY_S3_ENDPOINT'), ['http:', 'https:']),
      region: text('BELFRY_S3_REGION') ?? (env.AWS_REGION || 'us-east-1'),
      pathStyle:
        oneOf('BELFRY_S3_PATH_STYLE', ['yes', 'no'], text('BELFRY_S3_ENDPOINT') ? 'yes' : 'no') === 'yes',
      buckets: list('BELFRY_S3_BUCKETS'),
      roles: list('BELFRY_S3_ROLES'),
      timeoutMs: integer('BELFRY_S3_TIMEOUT_MS', 30_000, 100, 600_000),
    },
  }
  for (const origin of config.origins)
    if (URL.parse(origin)?.origin !== origin)
      faults.push(`BELFRY_ORIGINS must hold origins like https://app.example.com, not '${origin}'.`)
  const { framesPerSecond } = config.video
  if (!(framesPerSecond >= 0.01 && framesPerSecond <= 60))
    faults.push(`BELFRY_VIDEO_FPS must be a number from 0.01 to 60, not '${text('BELFRY_VIDEO_FPS')}'.`)
  if (config.auth === 'none' && !isLoopback(config.host) && text('BELFRY_ALLOW_OPEN') !== 'yes')
    faults.push(
      `BELFRY_AUTH=none would let everybody who reaches ${config.host} in. Listen on 127.0.0.1, or set BELFRY_ALLOW_OPEN=yes.`,
    )
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return config
}

/** A model that is asked over HTTP (src/vectors/remote.ts). */
export interface RemoteModel {
  url: string
  model: string
  dims: number
  token: string | null
  inputs: 'images' | 'texts' | 'both'
  likeness: { none: number; full: number }
  relevance: { none: number; full: number }
}

/** A CLIP model in a folder of this machine (src/vectors/clip.ts). */
export interface ClipModel {
  folder: string
  /** Where it is downloaded from when the folder lacks it, to a folder of `models`; null: nothing is downloaded. */
  hub: { url: string; name: string; models: string } | null
  likeness: { none: number; full: number }
  relevance: { none: number; full: number }
}

function readModels(
  text: (name: keyof typeof variables) => string | undefined,
  integer: (name: keyof typeof variables, fallback: number, min: number, max: number) => number,
  oneOf: <T extends string>(name: keyof typeof variables, values: readonly T[], fallback: T) => T,
  faults: string[],
  dataFolder: string,
): Pick<Config, 'embedder' | 'clip'> {
  const url = text('BELFRY_EMBEDDER_URL')
  const folder = text('BELFRY_CLIP_MODEL')
  if (url !== undefined && folder !== undefined)
    faults.push(
      'BELFRY_CLIP_MODEL and BELFRY_EMBEDDER_URL name two models for the same; leave one of them out.',
    )
  const hub = text('BELFRY_CLIP_HUB')
  if (hub !== undefined && !['http:', 'https:'].includes(URL.parse(hub)?.protocol ?? ''))
    faults.push('BELFRY_CLIP_HUB must be an address that starts with http:// or https://.')
  const place = (model: string): Pick<ClipModel, 'folder' | 'hub'> => {
    if (hub === undefined) return { folder: resolve(model), hub: null }
    if (!/^\w[\w.-]*\/\w[\w.-]*$/.test(model))
      faults.push(
        `BELFRY_CLIP_MODEL must be the name of a model of BELFRY_CLIP_HUB, like Xenova/clip-vit-base-patch32; not '${model}'.`,
      )
    const models = join(dataFolder, 'models')
    return { folder: join(models, model), hub: { url: hub.replace(/\/+$/, ''), name: model, models } }
  }
  const scale = (name: keyof typeof variables, fallback: string) => {
    const [none, full] = (text(name) ?? fallback).split(',').map(Number) as [number, number]
    if (!(none >= -1 && none < full && full <= 1))
      faults.push(`${name} must be two cosines, the smaller first, like ${fallback}; not '${text(name)}'.`)
    return { none, full }
  }
  const inputs = oneOf('BELFRY_EMBEDDER_INPUTS', ['both', 'images', 'texts'], 'both')
  const likeness = scale('BELFRY_EMBEDDER_LIKENESS', '0.5,1')
  const relevance = scale('BELFRY_EMBEDDER_RELEVANCE', inputs === 'texts' ? '0.25,0.75' : '0.15,0.35')
  const clip = folder === undefined ? null : { ...place(folder), likeness, relevance }
  if (url === undefined) return { embedder: null, clip }
  if (!['http:', 'https:'].includes(URL.parse(url)?.protocol ?? ''))
    faults.push('BELFRY_EMBEDDER_URL must be an address that starts with http:// or https://.')
  const model = text('BELFRY_EMBEDDER_MODEL')
  if (!model) faults.push('BELFRY_EMBEDDER_MODEL must name the model behind BELFRY_EMBEDDER_URL.')
  if (model?.startsWith('client:'))
    faults.push(
      'BELFRY_EMBEDDER_MODEL must not begin with client:, the name of vectors that come with media.',
    )
  const dims = integer('BELFRY_EMBEDDER_DIMS', 0, 1, 4096)
  const token = text('BELFRY_EMBEDDER_TOKEN') ?? null
  return { embedder: { url, model: model ?? '', dims, token, inputs, likeness, relevance }, clip }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
