import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Server } from '../../http/server.ts'
import { Problem, problems } from '../../lib/problems.ts'
import { DatasetParams, Uuid, uuidPattern } from '../../lib/schemas.ts'
import { FilePart } from '../../media/answer.ts'
import { maxPictureBytes } from '../../media/measure/measure.ts'
import { type AnchorParts, anchorFromMedia, anchorFromPicture, type Box } from './anchor.ts'

const maxFields = 10
const maxFieldBytes = 1_000

const AnchorForm = Type.Object({
  file: Type.Optional(FilePart),
  anchor_media_id: Type.Optional(Type.String({ description: 'An item of the dataset, instead of a file' })),
  bounding_box: Type.Optional(
    Type.String({ description: '[x, y, width, height] in pixels: a part of the picture' }),
  ),
})

export function anchorRoutes(server: Server, parts: AnchorParts): void {
  server.post(
    '/api/v1/dataset/:dataset_id/search-image-similarity',
    {
      config: { access: 'viewer', upload: AnchorForm, refuses: [503] },
      schema: {
        tags: ['Explore'],
        summary: 'A picture to search by: its id is the value of a similarity filter',
        params: DatasetParams,
        response: {
          200: Type.Object({
            anchor_media_id: Uuid,
            anchor_type: Type.String({ description: 'UPLOAD or MEDIA: the op of the filter, in capitals' }),
          }),
        },
      },
    },
    async request => {
      const { file, fields } = await readParts(request)
      const mediaId = fields.get('anchor_media_id')
      if ((file === undefined) === (mediaId === undefined))
        throw problems.invalid('Send either file, a picture, or anchor_media_id, an item of the dataset.')
      const box = readBox(fields.get('bounding_box'))
      const anchor = { datasetId: request.params.dataset_id, userId: request.caller.userId, box }
      if (file)
        return { anchor_media_id: await anchorFromPicture(parts, anchor, file), anchor_type: 'UPLOAD' }
      if (!new RegExp(uuidPattern).test(mediaId!)) throw problems.invalid('anchor_media_id must be a UUID.')
      const id = await anchorFromMedia(parts, anchor, mediaId!)
      return { anchor_media_id: id, anchor_type: box ? 'UPLOAD' : 'MEDIA' }
    },
  )
}

async function readParts(request: FastifyRequest) {
  const fields = new Map<string, string>()
  let file: Buffer | undefined
  if (!request.isMultipart()) {
    for (const [name, value] of Object.entries((request.body ?? {}) as object))
      fields.set(name, String(value))
    return { fields, file }
  }
  const limits = { files: 1, fields: maxFields, fieldSize: maxFieldBytes, fileSize: maxPictureBytes }
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') fields.set(part.fieldname, String(part.value))
      else if (part.fieldname === 'file') file = await part.toBuffer()
      else part.file.resume()
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    const { code } = error as { code?: string }
    if (code === 'FST_FILES_LIMIT') throw problems.invalid('Send one picture; this request has more files.')
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw problems.tooLarge('picture', maxPictureBytes)
    throw problems.brokenMultipart()
  }
  return { fields, file }
}

/** `[10, 20, 300, 200]`, or the same without brackets. */
function readBox(text: string | undefined): Box | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const numbers = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map(Number)
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || numbers[2]! <= 0 || numbers[3]! <= 0)
    throw problems.invalid(
      'bounding_box must be four numbers, [x, y, width, height], with a width and a height.',
    )
  return numbers as Box
}
