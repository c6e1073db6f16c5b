import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { Uuid } from '../lib/schemas.ts'
import type { Vectors } from '../vectors/vectors.ts'
import type { Measuring } from './measure/measuring.ts'
import type { Sources } from './sources/source.ts'
import type { Storage } from './storage.ts'
import type { Accepted } from './store.ts'
import type { VideoSettings } from './video/ffmpeg.ts'

export interface MediaDependencies {
  storage: Storage
  sources: Sources
  video: VideoSettings
  vectors: Vectors
  measuring: Measuring
  /** The whole body of one upload request. */
  maxUploadBytes: number
}

/** What the task will ask about, it need not wait for. */
export const measuringAhead =
  ({ storage, vectors, measuring }: MediaDependencies) =>
  (key: string): void => {
    const path = storage.path?.(key)
    if (path) measuring.ahead(path, vectors.image?.id)
  }

/** One file of a multipart body. */
export const FilePart = Type.String({ format: 'binary' })
export const TaskLocation = Type.String({ description: 'The path of the task' })
export const BatchId = Uuid

export const taskPath = (taskId: string): string => `/api/v1/tasks/${taskId}`

export const acceptedHeaders = ({ taskId, batchId }: Accepted) => ({
  location: taskPath(taskId),
  'x-batch-id': batchId,
})

/** The documented 202 with an empty body; the headers say where to follow the work. */
export const answerAccepted = (reply: FastifyReply, headers: Record<string, string>): FastifyReply =>
  reply.code(202).headers(headers).send()
