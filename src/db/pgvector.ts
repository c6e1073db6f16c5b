// Whether the server has pgvector. It is looked for at the start and said, so that nobody has to guess; vectors are
// compared in process all the same, which docs/decisions/0008-vectors.md measures.
import sql from 'sql-template-tag'
import type { Queryable } from './database.ts'

/** The version that the server could install; null: it has none. */
export async function extensionVersion(
  db: Pick<Queryable, 'query'>,
  name = 'vector',
): Promise<string | null> {
  const [found] = await db.query<{ version: string }>(sql`
    select default_version as version from pg_available_extensions where name = ${name}`)
  return found?.version ?? null
}

export const aboutPgvector = (version: string | null): string =>
  version === null
    ? 'without pgvector, which is not needed: vectors are compared in process'
    : `with pgvector ${version}, which is not used: vectors are compared in process, and faster`
