import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthParts } from './parts.ts'
import { cookieOptions, hashSessionToken, newSessionToken, sessionCookie } from './session.ts'
import { insertSession } from './store.ts'
import { shownUser, type User } from './users.ts'

/** The browser is signed in with this answer. */
export async function openSession(
  { db, config }: AuthParts,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
) {
  const token = newSessionToken()
  await db.transaction(tx => insertSession(tx, user.id, hashSessionToken(token)))
  reply.setCookie(sessionCookie, token, cookieOptions(request, config))
  return shownUser(user)
}
