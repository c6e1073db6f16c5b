// The bytes of media. They come from strangers, so a browser is told to treat them as a picture or a video, and as nothing
// else.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Queryable } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { DatasetParams, OrNull, Uuid } from '../lib/schemas.ts'
import { readByteRange } from './byte-range.ts'
import { thumbnailPlaces } from './forget.ts'
import { issueNames } from './issue-names.ts'
import { itemDetail, mediaFile } from './items.ts'
import type { Storage } from './storage.ts'
import { videoType, videoTypes } from './video/formats.ts'

/** Only what was decoded as such is named; anything else is bytes to download. */
const contentTypes: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heif: 'image/heif',
}

const originalTypes = [...Object.values(contentTypes), ...videoTypes, 'application/octet-stream']

const MediaParams = Type.Object({ media_id: Uuid })

export function fileRoutes(server: Server, db: Queryable, storage: Storage): void {
  const tags = ['Media']
  const config = { access: 'user', refuses: [416] } as const

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    file: { id: string; key: string; contentType?: string; fileName: string },
  ) {
    const tag = `"${file.id}"`
    const lasting = { etag: tag, 'cache-control': 'private, max-age=31536000, immutable' }
    const { 'if-none-match': known, 'if-range': ofWhich = tag, range: asked } = request.headers
    if (known === tag) return reply.code(304).headers(lasting).send()
    // A file that is gone although its row is not: the storage folder was not kept with the database.
    const bytes = await storage.size(file.key).catch(error => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (bytes === undefined) throw problems.mediaNotFound()
    const range = request.method === 'GET' && ofWhich === tag ? readByteRange(asked, bytes) : undefined
    if (range === null) throw problems.rangeNotThere(bytes)
    const { start, end } = range ?? { start: 0, end: bytes }
    if (range) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${bytes}`)
    return reply
      .headers({
        ...lasting,
        'accept-ranges': 'bytes',
        'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': `${file.contentType ? 'inline' : 'attachment'}; filename*=UTF-8''${rfc8187(file.fileName)}`,
      })
      .type(file.contentType ?? 'application/octet-stream')
      .header('content-length', end - start)
      .send(await storage.open(file.key, range))
  }

  server.get(
    '/api/v1/media/:media_id/original',
    {
      config,
      schema: {
        tags,
        summary: 'The picture or video as it was sent, or a range of its bytes',
        params: MediaParams,
        produces: originalTypes,
      },
    },
    async (request, reply) => {
      const { media_id } = request.params
      const file = await mediaFile(db, request.caller.userId, media_id)
      if (!file?.storage_key) throw problems.mediaNotFound()
      return send(request, reply, {
        id: file.id,
        key: file.storage_key,
        contentType: file.kind === 'VIDEO' ? videoType(file) : contentTypes[file.format ?? ''],
        fileName: file.file_name,
      })
    },
  )

  server.get(
    '/api/v1/media/:media_id/thumbnail',
    {
      config,
      schema: {
        tags,
        summary: 'A small JPEG of the picture, or of the object alone; WebP where an earlier version made it',
        params: MediaParams,
        produces: ['image/jpeg', 'image/webp'],
      },
    },
    async (request, reply) => {
      const { media_id } = request.params
      const file = await mediaFile(db, request.caller.userId, media_id)
      if (file?.state !== 'ready') throw problems.mediaNotFound()
      const batch = { id: file.batch_id, dataset_id: file.dataset_id }
      // Of a box with nothing in it there is none: the picture is shown.
      for (const [id, ordinal] of [
        [media_id, file.own_ordinal],
        [file.id, file.ordinal],
      ] as const)
        for (const { key, ending } of thumbnailPlaces(batch, ordinal))
          if (await storage.size(key).then(Boolean, () => false))
            return send(request, reply, {
              id: `${id}-thumbnail`,
              key,
              contentType: contentTypes[ending]!,
              fileName: `${file.file_name}.${ending}`,
            })
      throw problems.mediaNotFound()
    },
  )

  server.get(
    '/api/v1/dataset/:dataset_id/media/:media_id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What is known of one item',
        params: Type.Object({ ...DatasetParams.properties, ...MediaParams.properties }),
        response: { 200: MediaDetail },
      },
    },
    async ({ params }) => {
      const item = await itemDetail(db, params.dataset_id, params.media_id)
      if (!item) throw problems.mediaNotFound()
      const uri = `/api/v1/media/${item.media_id}`
      const video_uri = item.video_id && `/api/v1/media/${item.video_id}/original`
      return { ...item, video_uri, media_uri: `${uri}/original`, media_thumb_uri: `${uri}/thumbnail` }
    },
  )
}

const Confidence = OrNull(Type.Number({ minimum: 0, maximum: 1 }))
const MediaDetail = Type.Object({
  media_id: Uuid,
  dataset_id: Uuid,
  batch_id: Uuid,
  kind: Type.String({ description: 'IMAGE, OBJECT, VIDEO or VIDEO_FRAME' }),
  state: Type.String({ description: 'pending, ready or failed' }),
  failure: OrNull(Type.String()),
  image_id: OrNull(Uuid),
  bounding_box: OrNull(Type.Array(Type.Number(), { description: 'x, y, width, height in pixels' })),
  folder: Type.String(),
  file_name: Type.String(),
  format: OrNull(Type.String()),
  bytes: OrNull(Type.Integer()),
  width: OrNull(Type.Integer()),
  height: OrNull(Type.Integer()),
  source_uri: OrNull(Type.String({ description: 'Where in a bucket it came from' })),
  video_uri: OrNull(Type.String({ description: 'Of a frame' })),
  frame_timestamp: OrNull(
    Type.Number({ description: 'Of a frame: seconds from the beginning of the video' }),
  ),
  labels: Type.Array(Type.String()),
  caption: OrNull(Type.String()),
  user_tags: Type.Array(Type.String(), { description: 'Tag ids' }),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  issues: Type.Object(
    Object.fromEntries(issueNames.map(name => [name, Confidence])) as Record<
      (typeof issueNames)[number],
      typeof Confidence
    >,
  ),
  nearest: OrNull(
    Type.Object(
      { media_id: Uuid, likeness: Type.Number({ minimum: 0, maximum: 1 }) },
      { description: 'What it is most like in its dataset; uniqueness is 1 − likeness' },
    ),
  ),
  objects: Type.Array(
    Type.Object({
      media_id: Uuid,
      labels: Type.Array(Type.String()),
      bounding_box: Type.Array(Type.Number()),
    }),
    { description: 'What is drawn in a picture, the first 200' },
  ),
  media_uri: Type.String(),
  media_thumb_uri: Type.String(),
})

/** Never shown in the page of this server. */
export const attachment = (fileName: string): string => `attachment; filename*=UTF-8''${rfc8187(fileName)}`

const rfc8187 = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
