// The OpenAPI document comes from the schemas which also validate and serialise, so it cannot drift.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { version } from '../lib/version.ts'
import { describe } from './describe.ts'

export async function documentApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Belfry',
        version,
        description:
          'Watches growing image and video datasets and tells people, at once, when new media match a saved view.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          session: { type: 'apiKey', in: 'cookie', name: 'SESSION' },
        },
      },
      security: [{ jwt: [] }, { session: [] }],
    },
    transform: describe,
  })
  await server.register(swaggerUi, { routePrefix: '/api/v1/docs' })
  server.get('/api/v1/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () =>
    server.swagger(),
  )
}
