import type { RateLimitOptions } from '@fastify/rate-limit'
import { Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { Uuid } from '../lib/schemas.ts'
import type { AuthParts } from './parts.ts'
import { fitsPassword, hashPassword, maxPasswordLength, minPasswordLength } from './password.ts'
import { endSessions, passwordHashOf, replacePassword } from './store.ts'

/** Whoever found an open browser guesses no faster than at the sign-in. */
const triesPerUser = { max: 10, timeWindow: 60_000 } satisfies RateLimitOptions

export function passwordRoutes(server: Server, { db }: AuthParts): void {
  const countTries = server.createRateLimit({
    ...triesPerUser,
    keyGenerator: request => request.caller.userId,
  })

  server.post(
    '/api/v1/auth/password',
    {
      config: { access: 'user', refuses: [403, 429] },
      schema: {
        tags: ['Sign-in'],
        summary: 'Change one’s password; ends the other sessions',
        description:
          'For a session, not for an API key. An account without a password needs no current one: who opened a ' +
          'sign-in link sets the first. The API key stays as it is.',
        body: Type.Object({
          current_password: Type.Optional(Type.String({ maxLength: maxPasswordLength })),
          new_password: Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength }),
        }),
        response: { 200: Type.Null() },
      },
    },
    async (request, reply) => {
      const { userId, via, session } = request.caller
      if (via !== 'session') throw problems.browserOnly()
      const tries = await countTries(request)
      if (!tries.isAllowed && tries.isExceeded) {
        reply.header('retry-after', tries.ttlInSeconds)
        throw problems.tooManySignIns(tries.ttlInSeconds)
      }
      const { current_password = '', new_password } = request.body
      const before = (await passwordHashOf(db, userId))?.hash ?? null
      if (before !== null && !(await fitsPassword(current_password, before))) throw problems.wrongPassword()
      const after = await hashPassword(new_password)
      await db.transaction(async tx => {
        // Changed meanwhile, by whoever else knew it.
        if (!(await replacePassword(tx, userId, { before, after }))) throw problems.wrongPassword()
        await endSessions(tx, userId, session)
      })
      return null
    },
  )

  server.delete(
    '/api/v1/users/:user_id/password',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['Users'],
        summary: 'Forget a password; ends the user’s sessions',
        description: 'A sign-in link is then the way in, and its holder sets a new password.',
        params: Type.Object({ user_id: Uuid }),
        response: { 200: Type.Null() },
      },
    },
    ({ params: { user_id } }) =>
      db.transaction(async tx => {
        const known = await passwordHashOf(tx, user_id)
        if (!known) throw problems.userNotFound()
        await replacePassword(tx, user_id, { before: known.hash, after: null })
        await endSessions(tx, user_id)
        return null
      }),
  )
}
