// The embedded engine can die under a running server: the process then says so and ends, for a supervisor to start it again,
// instead of letting every request wait.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshPlace, onPostgres } from './support/database.ts'

const options = { skip: onPostgres && 'PostgreSQL comes back by itself' }
/** Far beyond a start; without an end of its own the server would go on for ever. */
const endsWithinMs = 60_000

test('the embedded database panics: a sentence in the log, and exit code 1', options, async t => {
  const place = await freshPlace()
  t.after(place.remove)
  const program = fileURLToPath(new URL('support/panic-app.ts', import.meta.url))
  const env = { ...process.env, BELFRY_PORT: '0', BELFRY_DATA: place.dataFolder, BELFRY_TEXT_MODEL: 'none' }
  const { code, log } = await new Promise<{ code: unknown; log: string }>(ended => {
    execFile(process.execPath, [program], { env, timeout: endsWithinMs }, (error, stdout) =>
      ended({ code: error?.code, log: stdout }),
    )
  })
  assert.equal(code, 1)
  const { level, msg } = JSON.parse(log.trim().split('\n').at(-1)!)
  assert.equal(level, 60)
  assert.match(
    msg,
    /^The embedded database stopped: .*pg_wal.* Look at the disk of \S+, then start Belfry again\.$/,
  )
})
