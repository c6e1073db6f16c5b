// A browser's session: a random cookie, of which the database keeps only the hash.
import { createHash, randomBytes } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'

export const sessionCookie = 'SESSION'
/** Fixed, not sliding: a session that every request prolongs would cost every request a write. */
export const sessionDays = 14
/** Browsers in which one person stays signed in; the oldest session ends when there is one more. */
export const maxSessionsPerUser = 20

const tokenBytes = 32

/** 43 characters, base64url. */
export const newSessionToken = (): string => randomBytes(tokenBytes).toString('base64url')

export const hashSessionToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Secure when people reach the server over https, here or at a proxy in front. */
export function cookieOptions(request: FastifyRequest, config: Config): CookieSerializeOptions {
  const secure = config.publicUrl ? config.publicUrl.startsWith('https:') : request.protocol === 'https'
  return { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: sessionDays * 24 * 3600 }
}
