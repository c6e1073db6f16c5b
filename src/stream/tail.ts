// Reads what is appended to the log, once for everybody, and publishes it. It is woken by NOTIFY, and looks by itself
// from time to time, so that a wake-up which was lost costs that time and no event. While nobody is connected it only
// looks how far the log is: a batch may tell a million, and the embedded engine answers one question at a time.
import type { Queryable } from '../db/database.ts'
import { type LogEntry, logPosition, readLog } from '../notifications/log.ts'

/** One page is published in one turn of the event loop: 5 ms at the 20 µs a delivery takes (bench/fanout). */
const pageSize = 250
/** The original's polling cycle is our worst case. */
const lookAgainMs = 3000
/** While the database does not answer. */
const retryMs = 500

export interface TailHandlers {
  /** Whether anybody is connected to whom something could be published. */
  hasReaders: () => boolean
  publish: (page: LogEntry[]) => void
  /** A read failed; the next comes by itself. */
  failing: (error: unknown) => void
  /** The first read that succeeded after one that failed. */
  recovered: () => void
}

export async function startTail(db: Queryable, { hasReaders, publish, failing, recovered }: TailHandlers) {
  let { head: position } = await logPosition(db)
  let reading: Promise<void> | undefined
  let again = false
  let failed = false
  let stopped = false

  async function readNew(): Promise<void> {
    let ahead: Promise<LogEntry[]> | undefined
    try {
      while (again && !stopped) {
        again = false
        if (!ahead && !hasReaders()) {
          const { head } = await logPosition(db)
          // Who has connected meanwhile goes on from the old position.
          if (!hasReaders()) {
            position = Math.max(position, head)
            continue
          }
        }
        const page = await (ahead ?? readLog(db, position, pageSize))
        ahead = undefined
        position = page.at(-1)?.seq ?? position
        if (page.length === pageSize) {
          again = true
          ahead = readLog(db, position, pageSize) // the database reads on while this page is written
          ahead.catch(() => {}) // it is awaited next, unless this is being stopped
        }
        publish(page)
      }
      if (failed) recovered()
      failed = false
    } catch (error) {
      if (stopped) return
      failed = true
      setTimeout(wake, retryMs).unref()
      failing(error)
    } finally {
      // In the same turn as the last look at `again`, so that no wake-up falls between the two.
      reading = undefined
    }
  }

  /** Everything committed before this call has been published when the promise resolves, unless a read failed. */
  function wake(): Promise<void> {
    if (stopped) return Promise.resolve()
    again = true
    reading ??= readNew()
    return reading
  }

  const timer = setInterval(wake, lookAgainMs)
  timer.unref()
  return {
    wake,
    get position() {
      return position
    },
    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await reading
    },
  }
}
