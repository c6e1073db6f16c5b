// A form is the same to a route whether it comes url-encoded or as multipart: a body of text fields.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem, problems } from '../lib/problems.ts'

/** Forms here carry a name or an email, never media. */
const maxFields = 20
const maxFieldBytes = 64 * 2 ** 10

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a form of text fields; its schema checks them. */
    form?: true
  }
}

export function acceptForms(server: FastifyInstance): void {
  server.addHook('preValidation', async request => {
    if (!request.routeOptions.config.form || !request.isMultipart()) return
    request.body = await readFields(request).catch(error => {
      // What has no code comes from the parser, which reads nothing but the body: the fault is the sender's.
      const isRefusal = error instanceof Problem || String(error.code).startsWith('FST_')
      throw isRefusal ? error : problems.brokenMultipart()
    })
  })
}

async function readFields(request: FastifyRequest): Promise<Record<string, unknown>> {
  const limits = { fields: maxFields, fieldSize: maxFieldBytes, files: 0 }
  const fields: Record<string, unknown> = {}
  for await (const part of request.parts({ limits })) {
    if (part.type === 'file') part.file.resume()
    else if (part.valueTruncated) throw problems.tooLarge(`form field '${part.fieldname}'`, maxFieldBytes)
    else fields[part.fieldname] = part.value
  }
  return fields
}
