// Who is it? A Bearer token, a session cookie, the operator with the setup key, or nobody. One query at most, which
// requests that come together share: this runs for every request, and what was revoked a moment ago must not pass.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Caller } from '../lib/caller.ts'
import { gather } from '../lib/gather.ts'
import { problems } from '../lib/problems.ts'
import { secretOf, setupKeyOf } from './credentials.ts'
import { tokenVerifier } from './jwt.ts'
import { isAddressedHere, isFromOurPages } from './origin.ts'
import { hashSessionToken, sessionCookie } from './session.ts'
import { usersOfApiKeys, usersOfSessions } from './store.ts'
import { localUser } from './users.ts'

/** Requests whose users one query looks up. */
const requestsPerQuery = 500

/** Throws notAuthenticated, crossSiteRequest. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>

export async function authenticator(db: Database, serverKey: Buffer, config: Config): Promise<Authenticate> {
  if (config.auth === 'none') return asLocalUser((await localUser(db)).id, config)
  const verifyToken = tokenVerifier(apiKey => secretOf(apiKey, serverKey))
  const userOfApiKey = gather((keys: string[]) => usersOfApiKeys(db, keys), requestsPerQuery)
  const userOfSession = gather((hashes: string[]) => usersOfSessions(db, hashes), requestsPerQuery)
  const setupKey = setupKeyOf(serverKey)

  return async request => {
    const { authorization, 'x-belfry-setup-key': givenSetupKey } = request.headers
    if (request.routeOptions.config.setupKey && givenSetupKey !== undefined)
      return bySetupKey(String(givenSetupKey))
    if (authorization !== undefined) return byToken(authorization)
    const cookie = request.cookies[sessionCookie]
    if (cookie) return bySession(request, cookie)
    throw problems.notAuthenticated('Send a token: Authorization: Bearer <jwt>, or sign in.')
  }

  async function byToken(authorization: string): Promise<Caller> {
    const [scheme, token] = authorization.split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token)
      throw problems.notAuthenticated('The Authorization header must read: Bearer <jwt>.')
    const { apiKey } = await verifyToken(token)
    const user = await userOfApiKey(apiKey)
    if (!user)
      throw problems.notAuthenticated(
        'The api_key of this token was revoked; get the current one from /api/v1/api_credentials.',
      )
    return { userId: user.id, isAdmin: user.is_admin, via: 'jwt', apiKey }
  }

  async function bySession(request: FastifyRequest, cookie: string): Promise<Caller> {
    if (changesState(request)) refuseOtherSites(request, config)
    const session = hashSessionToken(cookie).toString('hex')
    const user = await userOfSession(session)
    if (!user) throw problems.notAuthenticated('The session has ended; sign in again.')
    return { userId: user.id, isAdmin: user.is_admin, via: 'session', session }
  }

  async function bySetupKey(given: string): Promise<Caller> {
    if (!sameText(given, setupKey))
      throw problems.notAuthenticated(
        "The X-Belfry-Setup-Key is not this server's; `belfry user create` reads it from the data folder.",
      )
    return { userId: nobody, isAdmin: true, via: 'setup-key' }
  }
}

/** The setup key is no user. */
const nobody = '00000000-0000-0000-0000-000000000000'

const asLocalUser =
  (userId: string, config: Config): Authenticate =>
  async request => {
    if (!isAddressedHere(request.headers, config)) throw problems.notAddressedHere(request.headers.host ?? '')
    if (changesState(request)) refuseOtherSites(request, config)
    return { userId, isAdmin: true, via: 'local' }
  }

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const changesState = ({ method, routeOptions }: FastifyRequest): boolean =>
  !readingMethods.has(method) || routeOptions.config.changesState === true

/** For what a browser does on the word of a cookie alone. Throws crossSiteRequest. */
export function refuseOtherSites({ headers }: FastifyRequest, config: Config): void {
  if (!isFromOurPages(headers, config)) throw problems.crossSiteRequest()
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
export const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
