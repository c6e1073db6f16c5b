// What the OpenAPI document says of a route beyond its schemas: who may call it, what it refuses, what it reads and
// sends as a stream.
import type { FastifySchema, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { ErrorBody } from '../lib/schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The multipart body which the handler itself reads, as a stream; for documentation alone. */
    upload?: TSchema
    /** What it refuses with beyond what follows from its access and its schemas. */
    refuses?: readonly number[]
  }
}

const meanings: Record<number, string> = {
  400: 'The request cannot be read, or does not fit what it is for',
  401: 'Not signed in, or the token is not valid',
  403: 'Not permitted',
  404: 'Not there, or not visible to the caller',
  409: 'In conflict with the present state',
  413: 'Larger than the limit',
  415: 'A Content-Type that is not read here',
  416: 'The range of bytes is not there',
  422: 'A parameter or field has a wrong format or value',
  429: 'Too many requests',
  500: 'Belfry failed; its log names the cause under X-Request-Id',
  503: 'Belfry cannot answer now, for one because the database does not; try again after Retry-After',
}

/** The `transform` of the document's generator. */
export function describe<Schema extends FastifySchema>({
  schema,
  url,
  route: { config, method },
}: {
  schema: Schema
  url: string
  route: RouteOptions
}): { schema: Schema; url: string } {
  if (!schema || (schema as { hide?: boolean }).hide) return { schema, url }
  const { access = 'public', upload, refuses = [] } = config ?? {}
  const body = schema.body ?? upload
  const isChange = method !== 'GET' || config?.changesState
  const statuses = new Set([
    ...refuses,
    ...(access === 'public' ? [] : [401, 503]),
    ...(access === 'admin' || access === 'editor' || access === 'owner' || isChange ? [403] : []),
    ...(schema.params ? [404] : []),
    ...(body ? [400, 413, 415] : []),
    ...(body || schema.params || schema.querystring ? [422] : []),
    500,
  ])
  const described: FastifySchema = {
    ...schema,
    ...(access === 'public' ? { security: [] } : {}),
    ...(schema.querystring ? { querystring: withDefaultsOptional(schema.querystring) } : {}),
    ...(upload ? { body: upload, consumes: ['multipart/form-data'] } : {}),
    response: { ...successes(schema), ...refusals(statuses) },
  }
  return { schema: described as Schema, url }
}

/** The schema check fills defaults in, so what has one is there for the handler, and is not asked of the client. */
function withDefaultsOptional(querystring: unknown): unknown {
  const { required = [], properties, ...rest } = querystring as ObjectSchema
  return { ...rest, properties, required: required.filter(name => !('default' in properties[name]!)) }
}

interface ObjectSchema {
  required?: string[]
  properties: Record<string, object>
}

const words = 'x-response-description'
const asJson = (schema: object) => ({ content: { 'application/json': { schema } } })

function successes({ response, produces = [] }: FastifySchema): object {
  if (!response)
    return {
      200: { [words]: 'Done', content: Object.fromEntries(produces.map(type => [type, { schema: {} }])) },
    }
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [
      status,
      status === '200' ? { [words]: 'Done', ...asJson(schema) } : schema,
    ]),
  )
}

const refusals = (statuses: Set<number>): object =>
  Object.fromEntries(
    [...statuses].map(status => [status, { [words]: meanings[status], ...asJson(ErrorBody) }]),
  )
