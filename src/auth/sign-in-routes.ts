import type { RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { refuseOtherSites } from './authenticate.ts'
import { openSession } from './open-session.ts'
import type { AuthParts } from './parts.ts'
import { fitsPassword, maxPasswordLength } from './password.ts'
import { cookieOptions, hashSessionToken, sessionCookie } from './session.ts'
import { deleteSession, userByEmail, userById } from './store.ts'
import { maxEmailLength, ShownUser, shownUser } from './users.ts'

/** One address trying many accounts, and many tries at one account from one address. */
const signInsPerAddress = { max: 60, timeWindow: 60_000 } satisfies RateLimitOptions
const signInsPerAccount = { max: 10, timeWindow: 60_000 } satisfies RateLimitOptions

const SignIn = Type.Object({
  email: Type.String({ maxLength: maxEmailLength }),
  password: Type.String({ maxLength: maxPasswordLength }),
})

export function signInRoutes(server: Server, parts: AuthParts): void {
  const { db, config } = parts
  const tags = ['Sign-in']
  const countByAddress = server.createRateLimit(signInsPerAddress)
  const countByAccount = server.createRateLimit({
    ...signInsPerAccount,
    keyGenerator: request => `${request.ip} ${(request.body as Static<typeof SignIn>).email.toLowerCase()}`,
  })
  async function refuseGuessing(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    for (const count of [countByAddress, countByAccount]) {
      const tries = await count(request)
      if (tries.isAllowed || !tries.isExceeded) continue
      reply.header('retry-after', tries.ttlInSeconds)
      throw problems.tooManySignIns(tries.ttlInSeconds)
    }
  }

  server.post(
    '/api/v1/auth/login',
    {
      config: { access: 'public', refuses: [401, 429] },
      schema: {
        tags,
        summary: 'Sign in; sets the SESSION cookie',
        body: SignIn,
        response: { 200: ShownUser },
      },
    },
    async (request, reply) => {
      refuseOtherSites(request, config)
      await refuseGuessing(request, reply)
      const { email, password } = request.body
      const user = await userByEmail(db, email)
      const fits = await fitsPassword(password, user?.password_hash ?? null)
      if (!user || !fits) throw problems.notAuthenticated('The email or the password is wrong.')
      return openSession(parts, request, reply, user)
    },
  )

  server.post(
    '/api/v1/auth/logout',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'End the session of the cookie', response: { 200: Type.Null() } },
    },
    async (request, reply) => {
      refuseOtherSites(request, config)
      const token = request.cookies[sessionCookie]
      if (token) await db.transaction(tx => deleteSession(tx, hashSessionToken(token)))
      reply.clearCookie(sessionCookie, cookieOptions(request, config))
      return null
    },
  )

  server.get(
    '/api/v1/me',
    { config: { access: 'user' }, schema: { tags, summary: 'Who am I?', response: { 200: ShownUser } } },
    async ({ caller }) => {
      const user = await userById(db, caller.userId)
      if (!user) throw problems.notAuthenticated('Your account has been deleted.')
      return shownUser(user)
    },
  )
}
