// A test server in a process of its own, whose memory can be told from the test's. Started by `startChildApp`.
import { readFile, writeFile } from 'node:fs/promises'
import { after } from 'node:test'
import sql from 'sql-template-tag'
import { startTestApp } from './app.ts'
import { forkBeside } from './child.ts'

export async function startChildApp() {
  const child = forkBeside('child-app.ts')
  after(child.stop)
  const { url, token } = await child.says<{ url: string; token: string }>()
  return {
    url,
    token,
    api: (path: string, init: RequestInit = {}) =>
      fetch(`${url}/api/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      }),
    /** Saves that many views which match every image, without a request for each. */
    makeViews: (datasetId: string, count: number) => child.ask({ datasetId, count } satisfies Order),
    /** To a second. A client that is late is cut when the server looks next, which it does every 30 s. */
    shortenHeadersTimeout: () => child.ask({ headersTimeoutMs: 1_000 } satisfies Order),
    hasEnded: child.hasEnded,
    /** The most resident memory the process had while `work` ran, above what it had before, in MB. */
    async peakMb(work: () => Promise<unknown>): Promise<number> {
      await writeFile(`/proc/${child.pid}/clear_refs`, '5') // the peak is counted anew
      const before = await statusMb(child.pid, 'VmRSS')
      await work()
      return (await statusMb(child.pid, 'VmHWM')) - before
    },
  }
}

interface Order {
  datasetId?: string
  count?: number
  headersTimeoutMs?: number
}

async function statusMb(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) / 1024
}

if (import.meta.main) {
  const app = await startTestApp({ env: { BELFRY_LOG_LEVEL: 'silent' } })
  const { token } = await app.user('ann')
  process.once('disconnect', () => app.close().finally(() => process.exit()))
  process.on('message', async ({ datasetId, count, headersTimeoutMs }: Order) => {
    if (headersTimeoutMs) app.app.server.server.headersTimeout = headersTimeoutMs
    if (datasetId)
      await app.db.query(sql`
      insert into views (dataset_id, name, entity_type, monitored_from_seq)
      select id, 'view ' || i, 'IMAGES', last_event_seq from datasets, generate_series(1, ${count}::int) i
      where id = ${datasetId}`)
    process.send!('done')
  })
  process.send!({ url: app.url, token })
}
