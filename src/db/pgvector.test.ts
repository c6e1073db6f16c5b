import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testDatabase } from '../../test/support/database.ts'
import { aboutPgvector, extensionVersion } from './pgvector.ts'

const { db } = await testDatabase()

test('an extension is found where the server has it, and nothing has to be installed for that', async () => {
  assert.match((await extensionVersion(db, 'plpgsql'))!, /^\d+\.\d+/)
  assert.equal(await extensionVersion(db, 'not_there'), null)
  // Neither engine of the tests need have pgvector; what is said is what the server says.
  const [row] = await db.query<{ version: string | null }>(sql`
    select max(default_version) as version from pg_available_extensions where name = 'vector'`)
  const version = await extensionVersion(db)
  assert.equal(version, row!.version)
  assert.match(aboutPgvector(version), version === null ? /^without pgvector/ : /^with pgvector \d/)
})
