// A whole running server with real users, for tests that speak HTTP to it.
import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { SignJWT } from 'jose'
import { pino } from 'pino'
import { createApp, type Watching } from '../../src/app.ts'
import { newApiKey, secretOf } from '../../src/auth/credentials.ts'
import { insertApiKey, insertUser } from '../../src/auth/store.ts'
import { readConfig } from '../../src/config.ts'
import { freshPlace, type TestPlace } from './database.ts'
import { withDeadline } from './deadline.ts'

export type TestApp = Awaited<ReturnType<typeof startTestApp>>
export type TestUser = Awaited<ReturnType<TestApp['user']>>

export interface TestOptions extends Watching {
  env?: Record<string, string>
  /** Start on a place that an earlier app used (restart tests); then the caller removes it. */
  place?: TestPlace
}

/** One that is stopped, at the latest, with the test or the file that starts it. */
export async function testApp(options?: TestOptions): Promise<TestApp> {
  const app = await startTestApp(options)
  after(app.close)
  return app
}

export async function startTestApp({ env = {}, place, ...watching }: TestOptions = {}) {
  const at = place ?? (await freshPlace())
  const config = readConfig({
    BELFRY_PORT: '0',
    BELFRY_DATA: at.dataFolder,
    BELFRY_LOG_LEVEL: process.env.BELFRY_TEST_LOG ?? 'warn',
    ...(at.databaseUrl ? { DATABASE_URL: at.databaseUrl } : {}),
    ...env,
  })
  const starting = createApp(config, { logger: pino({ level: config.logLevel }), ...watching })
  const app = await withDeadline(starting, 'the server')
  const url = await withDeadline(app.start(), 'the address of the server')
  const stop = async () => {
    await withDeadline(app.stop(), 'the end of the server')
    if (!place) await at.remove()
  }
  let stopped: Promise<void> | undefined

  return {
    app,
    db: app.db,
    url,
    place: at,
    /** Makes a user with an API key; `api` calls a path under /api/v1 as that user. */
    async user(name = `user-${randomUUID().slice(0, 8)}`, { isAdmin = false } = {}) {
      const user = (await insertUser(app.db, {
        email: `${name}@example.com`,
        name,
        passwordHash: null,
        isAdmin,
      }))!
      const apiKey = newApiKey()
      await insertApiKey(app.db, user.id, apiKey)
      const apiSecret = secretOf(apiKey, app.serverKey)
      const token = await signToken(apiKey, apiSecret)
      const api = (path: string, init: RequestInit = {}) =>
        fetch(`${url}/api/v1${path}`, {
          ...init,
          headers: { authorization: `Bearer ${token}`, ...init.headers },
        })
      return { ...user, apiKey, apiSecret, token, api }
    },
    close: () => (stopped ??= stop()),
  }
}

export function signToken(apiKey: string, apiSecret: string, lifetimeSeconds = 3600): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: apiKey })
    .setSubject(apiKey)
    .setIssuer('sdk')
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(new TextEncoder().encode(apiSecret))
}
