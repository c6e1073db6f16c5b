// The PostgreSQL engine: a pool, and one connection of its own that listens.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startThread } from '../lib/thread.ts'
import type { Pages } from './copy-rows.ts'
import { acquireTimeoutMs, type Database, type ListenHandlers, overPool, types } from './database.ts'

/** Two cores of work and some waiting; more connections than this only queue inside PostgreSQL. */
const maxConnections = 16
/** Of the thread that copies rows; an evaluation reads two tables at once. */
const maxCopies = 4
/** No statement of an HTTP request takes this long; evaluation sets its own. */
const statementTimeoutMs = 60_000
const reconnectDelaysMs = [50, 200, 500, 1000, 2000, 5000]

export function openPostgres(connectionString: string): Database {
  const server = { connectionString, application_name: 'belfry', options: '-c timezone=UTC' }
  const connection = { ...server, types }
  const limits = { connectionTimeoutMillis: acquireTimeoutMs, statement_timeout: statementTimeoutMs }
  const pool = new pg.Pool({ ...connection, ...limits, max: maxConnections })
  pool.on('error', () => {}) // an idle connection that dies is replaced; queries report their own errors
  // One that dies between two statements of a transaction fails the next of them, and must not end the process.
  pool.on('connect', client => client.on('error', () => {}))

  const copier = startThread(import.meta.url, 'copy-thread', { ...server, ...limits, max: maxCopies })

  const channels = new Map<string, ListenHandlers>()
  let listener: pg.Client | undefined
  let listening: Promise<void> | undefined
  let closed = false

  async function connectListener(): Promise<void> {
    const client = new pg.Client({
      ...connection,
      keepAlive: true,
      connectionTimeoutMillis: acquireTimeoutMs,
    })
    client.on('notification', ({ channel, payload }) => channels.get(channel)?.heard(payload ?? ''))
    let alive = true
    const lost = (reason: Error) => {
      if (!alive || closed) return
      alive = false
      listener = undefined
      for (const handlers of channels.values()) handlers.lost?.(reason)
      listening = restoreListener()
    }
    client.on('error', error => listener === client && lost(error))
    client.on('end', () => listener === client && lost(new Error('the listening connection ended')))
    try {
      await client.connect()
      for (const channel of channels.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    listener = client
    if (closed) await client.end()
  }

  async function restoreListener(): Promise<void> {
    for (let attempt = 0; !closed; attempt++) {
      await sleep(reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length - 1)], undefined, {
        ref: false,
      })
      if (closed) return
      try {
        await connectListener()
        for (const handlers of channels.values()) handlers.restored?.()
        return
      } catch {
        // tried again with a longer delay
      }
    }
  }

  return {
    engine: 'postgres',
    broken: new Promise(() => {}), // a server comes back
    ...overPool(pool, copy => copier.ask<Pages>({ copy })),
    async listen(channel, handlers) {
      channels.set(channel, handlers)
      if (listener) {
        await listener.query(`listen ${pg.escapeIdentifier(channel)}`)
        return
      }
      listening ??= connectListener()
      await listening
    },
    async close() {
      closed = true
      await listener?.end()
      await pool.end()
      await copier.close()
    },
  }
}
