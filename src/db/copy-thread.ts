// The thread that reads rows from PostgreSQL as bytes, over connections of its own.
import { workerData } from 'node:worker_threads'
import pg from 'pg'
import { answerQuestions } from '../lib/answering.ts'
import { buffersOf, type Pages, PagesOfRows } from './copy-rows.ts'

/** A query in the sense of `pg`'s client, which decodes rows as text only: it submits itself and is called back. */
class CopyOut implements pg.Submittable {
  readonly pages: Promise<Pages>
  readonly #text: string
  readonly #rows = new PagesOfRows()
  readonly #end = Promise.withResolvers<Pages>()

  constructor(text: string) {
    this.#text = text
    this.pages = this.#end.promise
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text)
  }
  handleCopyData({ chunk }: { chunk: Uint8Array }): void {
    this.#rows.begin(chunk.length)
    this.#rows.put(chunk)
  }
  handleError(error: Error): void {
    this.#end.reject(error)
  }
  handleReadyForQuery(): void {
    this.#end.resolve(this.#rows.end())
  }
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

const settings = workerData as pg.PoolConfig & { max: number }
const pool = new pg.Pool(settings)
pool.on('error', () => {}) // a connection that dies is replaced; questions report their own errors
pool.on('connect', client => client.on('error', () => {}))

answerQuestions<{ copy: string }>(
  async ({ copy }) => {
    const client = await pool.connect()
    try {
      return await client.query(new CopyOut(copy)).pages
    } finally {
      client.release()
    }
  },
  { transfer: buffersOf, together: settings.max },
)
