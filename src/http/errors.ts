// Every refusal leaves as {"detail": "<one sentence that says what to change>"}.
import type { Socket } from 'node:net'
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify'
import { isUnreachable } from '../db/database.ts'
import { Problem, problems } from '../lib/problems.ts'
import { isFull } from '../media/storage.ts'

export function reportErrors(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    if (error.name === 'AbortError' && reply.raw.destroyed) return reply.send() // who asked has gone
    const refusal = asProblem(error)
    if (!refusal) request.log.error({ err: error }, 'request failed')
    const problem = refusal ?? passing(error)
    if (!problem)
      return reply.status(500).send({
        detail: `Something failed inside Belfry. Its log names the cause under the request id ${request.id}.`,
      })
    return reply.status(problem.status).headers(problem.headers).send({ detail: problem.message })
  })
}

/** What the router could not read as a path: `%zz`. */
export function refuseUnroutable(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problems.badRequest('The path is not URL-encoded rightly; write % as %25.')
  reply.status(problem.status).header('x-request-id', request.id).send({ detail: problem.message })
}

/** What Node could not read as a request at all. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const [status, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          'The request line and headers are larger than the limit; shorten the query (vql) or the headers.',
        ]
      : ['400 Bad Request', 'This is not a readable HTTP request.']
  const body = JSON.stringify({ detail })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

// PostgreSQL's text cannot hold U+0000, and its refusal is the sender's to mend.
const untextual = new Set(['22021', '22P05'])

function asProblem(error: FastifyError | Problem): Problem | undefined {
  if (error instanceof Problem) return error
  if (error.validation)
    return problems.invalid(validationSentence(error.validation[0]!, error.validationContext))
  if (untextual.has(error.code))
    return problems.invalid('Text must not contain the character U+0000; remove it.')
  const status = error.statusCode ?? 500
  if (status < 400 || status > 499) return undefined
  return new Problem(
    error.code,
    status === 400 && error.code.startsWith('FST_ERR_CTP') ? 400 : status,
    sentence(error),
  )
}

/** No fault of the request: it may be sent again. */
function passing(error: FastifyError): Problem | undefined {
  if (isFull(error)) return problems.storageFull()
  return isUnreachable(error) ? problems.notReady('the database does not answer') : undefined
}

/** Fastify's own words where they say what to change, else ours. */
const sentences: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE:
    'The body is larger than the limit for JSON and forms; send media as multipart.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    'The Content-Type of this body is not read here; send application/json, a form or multipart/form-data.',
  FST_FILES_LIMIT: 'This form takes text fields only; send no file in it.',
  FST_FIELDS_LIMIT: 'The form has more fields than are read here; send only those that are documented.',
}
const sentence = ({ code, message }: FastifyError): string =>
  sentences[code] ?? (message.endsWith('.') ? message : `${message}.`)

const places: Record<string, string> = {
  querystring: 'Query parameter',
  params: 'Path parameter',
  body: 'Body field',
}

function validationSentence(fault: FastifySchemaValidationError, context?: string): string {
  const missing = fault.params.missingProperty as string | undefined
  const name = [fault.instancePath.slice(1).replaceAll('/', '.'), missing].filter(Boolean).join('.')
  const place = places[context ?? ''] ?? 'Header'
  if (!name) return `The ${context === 'body' ? 'body' : 'request'} ${demand(fault)}.`
  if (missing) return `${place} '${name}' is required.`
  if (fault.keyword === 'pattern' && String(fault.params.pattern).includes('[0-9a-fA-F]{12}'))
    return `${place} '${name}' must be a UUID.`
  if (fault.keyword === 'enum')
    return `${place} '${name}' must be one of ${(fault.params.allowedValues as unknown[]).join(', ')}.`
  if (fault.keyword === 'const') return `${place} '${name}' must be ${fault.params.allowedValue}.`
  return `${place} '${name}' ${demand(fault)}.`
}

const kinds: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'one text',
  integer: 'one whole number',
  number: 'one number',
  boolean: 'true or false',
}

function demand({ keyword, params, message }: FastifySchemaValidationError): string {
  const kind = keyword === 'type' ? kinds[String(params.type)] : undefined
  return kind ? `must be ${kind}` : message!
}
