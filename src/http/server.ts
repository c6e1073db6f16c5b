// The HTTP server without its routes: schemas, errors, request ids, limits, documentation.
import { randomUUID } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Config } from '../config.ts'
import { compilersFactory } from './compile-late.ts'
import { documentApi } from './documentation.ts'
import { refuseUnreadable, refuseUnroutable, reportErrors } from './errors.ts'
import { acceptForms } from './forms.ts'
import { refuseOtherMethods } from './methods.ts'
import { readParameterTexts } from './query.ts'

/** A JSON or form body. Media go through multipart, which has its own limits. */
export const maxBodyBytes = 2 * 2 ** 20
/** The request line and headers: room for a view's VQL in the query. */
export const maxHeaderBytes = 256 * 2 ** 10
/** Path parameters are ids and, the longest, an email of 254 characters, each of which may be written as %xx. */
const maxPathParameterLength = 3 * 254
/** A client that does not finish its headers, or leaves a connection idle. Bodies may take as long as they need. */
const headersTimeoutMs = 60_000
const keepAliveTimeoutMs = 75_000

export type Server = Awaited<ReturnType<typeof createServer>>

export async function createServer(config: Config, logger: FastifyBaseLogger) {
  const server = fastify({
    loggerInstance: logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    keepAliveTimeout: keepAliveTimeoutMs,
    // On shutdown requests are finished, streams are ended by their slice, and only idle connections are cut.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: refuseUnroutable,
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: headersTimeoutMs },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxPathParameterLength },
    schemaController: { compilersFactory },
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()

  // Before any route, so that both see all of them.
  reportErrors(server)
  readParameterTexts(server)
  acceptForms(server)
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
  })
  refuseOtherMethods(server)
  server.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    )
  })
  const endQuietly = followConnections(server.server)
  server.addHook('preClose', async () => endQuietly())
  await server.register(cookie)
  await server.register(cors, {
    origin: config.origins,
    credentials: true,
    strictPreflight: false, // its refusal would be plain text
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['Location', 'X-Batch-Id', 'X-Request-Id'],
  })
  await server.register(formbody)
  // Many clients name a type with every POST, also where there is nothing to send.
  const readJson = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void readJson(request, body, done)
  })
  await server.register(multipart, {
    throwFileSizeLimit: true,
    limits: { fieldSize: maxBodyBytes, headerPairs: 100 },
  })
  await server.register(rateLimit, { global: false }) // for the routes that ask for it
  await documentApi(server)
  return server
}

/**
 * On shutdown Node waits for connections on which nothing was ever asked, as browsers open them ahead, and keeps those
 * whose last request ends meanwhile. Neither has anything to wait for.
 */
function followConnections(server: HttpServer): () => void {
  const connections = new Set<Socket>()
  server.on('connection', socket => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  return () => {
    server.keepAliveTimeout = 1
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
  }
}
