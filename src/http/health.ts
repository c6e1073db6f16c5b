// For process supervisors and load balancers: is it up, and may it have requests?
import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { missingMigrations } from '../db/migrate.ts'
import { problems } from '../lib/problems.ts'
import type { Server } from './server.ts'

/** Longer than any statement that the embedded engine does in one go, shorter than a probe waits. */
const answerTimeoutMs = 3000

const tags = ['Health']
const Fine = Type.Object({ status: Type.String() })

export function healthRoutes(server: Server, db: Database): void {
  let stopping = false
  server.addHook('preClose', async () => {
    stopping = true
  })

  server.get(
    '/healthz',
    { config: { access: 'public' }, schema: { tags, summary: 'The process is up', response: { 200: Fine } } },
    async () => ({ status: 'ok' }),
  )

  server.get(
    '/readyz',
    {
      config: { access: 'public', refuses: [503] },
      schema: { tags, summary: 'Requests can be answered', response: { 200: Fine } },
    },
    async () => {
      const fault = stopping ? 'it is shutting down' : await databaseFault()
      if (fault) throw problems.notReady(fault)
      return { status: 'ready' }
    },
  )

  // One question at a time: probes of a database that hangs must not pile up.
  let asking: Promise<string | undefined> | undefined
  async function databaseFault(): Promise<string | undefined> {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    const patience = new AbortController()
    const late = sleep(answerTimeoutMs, `the database did not answer within ${answerTimeoutMs} ms`, patience)
    late.catch(() => {}) // called off
    return Promise.race([asking, late]).finally(() => patience.abort())
  }

  async function ask(): Promise<string | undefined> {
    try {
      const missing = await missingMigrations(db)
      return missing.length > 0 ? `the database lacks ${missing.join(', ')}` : undefined
    } catch (error) {
      server.log.warn({ err: error }, 'the database does not answer')
      return 'the database does not answer'
    }
  }
}
