// COPY … TO STDOUT in the binary form, for reading many rows at once. `pg` decodes rows as UTF-8 text only; what COPY
// sends reaches us as bytes. Measured on 100,000 items with nine columns: 0.5 s on PostgreSQL, 0.75 s embedded, of
// which the main thread works 0.13 s in pieces of a few milliseconds.
import pg from 'pg'
import type { Sql } from 'sql-template-tag'

/** Rows are gathered into pages of this size before they are handed on; a longer row has a page of its own. */
const pageBytes = 512 * 2 ** 10

/** Whole messages of one COPY, most of them one row, in the order in which they came. */
export type Pages = Uint8Array<ArrayBuffer>[]

/** COPY takes no parameters: the values of the statement become literals. */
export function copyStatement({ strings, values }: Sql): string {
  const literals = values.map(value =>
    typeof value === 'number' ? String(value) : pg.escapeLiteral(value as string),
  )
  return `copy (${strings.reduce((text, part, i) => text + literals[i - 1] + part)}) to stdout (format binary)`
}

/** A query in the sense of `pg`'s client: it submits itself and is called back. */
export class CopyOut implements pg.Submittable {
  readonly pages: Promise<Pages>
  readonly #text: string
  readonly #full: Pages = []
  readonly #end = Promise.withResolvers<Pages>()
  #page = new Uint8Array(pageBytes)
  #used = 0

  constructor(statement: Sql) {
    this.#text = copyStatement(statement)
    this.pages = this.#end.promise
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text)
  }

  handleCopyData({ chunk }: { chunk: Uint8Array }): void {
    if (this.#used + chunk.length > this.#page.length) {
      this.#turnPage()
      this.#page = new Uint8Array(Math.max(pageBytes, chunk.length))
    }
    this.#page.set(chunk, this.#used)
    this.#used += chunk.length
  }
  handleError(error: Error): void {
    this.#end.reject(error)
  }
  handleReadyForQuery(): void {
    this.#turnPage()
    this.#end.resolve(this.#full)
  }
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  #turnPage(): void {
    if (this.#used > 0) this.#full.push(this.#page.subarray(0, this.#used))
    this.#used = 0
  }
}
