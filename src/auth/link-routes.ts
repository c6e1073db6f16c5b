import type { RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { Instant, Uuid } from '../lib/schemas.ts'
import { refuseOtherSites, sameText } from './authenticate.ts'
import { firstRunKeyOf } from './credentials.ts'
import { openSession } from './open-session.ts'
import type { AuthParts } from './parts.ts'
import { maxPasswordLength, minPasswordLength } from './password.ts'
import { linkHours, makeSignInLink, redeemSignInLink, signInPath } from './sign-in-links.ts'
import { userById } from './store.ts'
import { createUser, maxEmailLength, maxNameLength, ShownUser } from './users.ts'

/** A link carries 256 random bits; the limit is for the work that guessing makes. */
const triesPerAddress = { max: 60, timeWindow: 60_000 } satisfies RateLimitOptions
const maxTokenLength = 100
const Token = Type.String({ maxLength: maxTokenLength })

export function linkRoutes(server: Server, parts: AuthParts): void {
  const { db, config, serverKey } = parts
  const tags = ['Sign-in']
  const countTries = server.createRateLimit(triesPerAddress)
  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    refuseOtherSites(request, config)
    const tries = await countTries(request)
    if (tries.isAllowed || !tries.isExceeded) return
    reply.header('retry-after', tries.ttlInSeconds)
    throw problems.tooManySignIns(tries.ttlInSeconds)
  }

  server.post(
    '/api/v1/auth/first-run',
    {
      config: { access: 'public', refuses: [401, 409, 429] },
      schema: {
        tags,
        summary: 'Make the first account and sign in',
        description: 'With the key of the link that the first start prints. The account is an administrator.',
        body: Type.Object({
          key: Token,
          email: Type.String({ maxLength: maxEmailLength }),
          name: Type.String({ maxLength: maxNameLength }),
          password: Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength }),
        }),
        response: { 200: ShownUser },
      },
    },
    async (request, reply) => {
      await begin(request, reply)
      const { key, ...wanted } = request.body
      if (!sameText(key, firstRunKeyOf(serverKey))) throw problems.linkNotValid()
      const { user } = await createUser(db, wanted, { onlyAsFirst: true })
      return openSession(parts, request, reply, user)
    },
  )

  server.post(
    '/api/v1/auth/link',
    {
      config: { access: 'public', refuses: [401, 429] },
      schema: {
        tags,
        summary: 'Sign in with a link, once; sets the SESSION cookie',
        body: Type.Object({ token: Token }),
        response: { 200: ShownUser },
      },
    },
    async (request, reply) => {
      await begin(request, reply)
      const userId = await redeemSignInLink(db, request.body.token)
      const user = userId && (await userById(db, userId))
      if (!user) throw problems.linkNotValid()
      return openSession(parts, request, reply, user)
    },
  )

  server.post(
    '/api/v1/users/:user_id/sign_in_link',
    {
      config: { access: 'admin', setupKey: true },
      schema: {
        tags: ['Users'],
        summary: `Make a link that signs the user in, once, within ${linkHours} hours`,
        description: 'For administrators, or with the header X-Belfry-Setup-Key.',
        params: Type.Object({ user_id: Uuid }),
        response: {
          200: Type.Object({
            path: Type.String({ description: 'To append to the address of the server' }),
            expires_at: Instant,
          }),
        },
      },
    },
    ({ params }) =>
      db.transaction(async tx => {
        const user = await userById(tx, params.user_id)
        if (!user) throw problems.userNotFound()
        const { token, expiresAt } = await makeSignInLink(tx, user.id)
        return { path: signInPath(token), expires_at: expiresAt }
      }),
  )
}
