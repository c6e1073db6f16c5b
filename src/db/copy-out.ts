// COPY … TO STDOUT in the binary form, for reading many rows at once. It runs in a thread, and its pages come by transfer:
// the main thread, which the streams share, would have to copy their bytes twice and to collect what that leaves behind.
import pg from 'pg'
import type { Sql } from 'sql-template-tag'

/** COPY takes no parameters: the values of the statement become literals. */
export function copyStatement({ strings, values }: Sql): string {
  const literals = values.map(value =>
    typeof value === 'number' ? String(value) : pg.escapeLiteral(value as string),
  )
  return `copy (${strings.reduce((text, part, i) => text + literals[i - 1] + part)}) to stdout (format binary)`
}
