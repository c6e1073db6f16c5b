// The whole suite, as `npm test` runs it. On PostgreSQL only the files that reach the tests' database, and no page: what no
// engine has a part in was run on the embedded one. Whole-system tests come first, so that no core waits for one at the end.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { onPostgres } from './support/database.ts'
import { endOverdue, type Limits } from './support/overdue.ts'

const patterns = ['test/*.test.ts', 'client/src/**/*.test.ts', 'web/src/**/*.test.ts', 'src/**/*.test.ts']
/** Of one test, in case it hangs. */
const timeoutMs = 300_000
const limits: Limits = { fileMs: 360_000, strayMs: 15_000, lookEveryMs: 5_000 }
const namedSlowest = 10

const root = fileURLToPath(new URL('..', import.meta.url))
const database = join(root, 'test/support/database.ts')
const web = join(root, 'test/support/web.ts')
/** With one more than there are cores, what has a second to answer is late now and then. */
const concurrency = Math.max(2, availableParallelism())
/**
 * The embedded engine is compiled anew by each of two hundred processes, most of which end before what V8 optimizes
 * meanwhile is of use: without that a file of tests takes a fifth less processor time. Commands run as they are shipped, and so
 * do the kernels in their own tests (support/optimized.ts).
 */
const execArgv = ['--liftoff-only']

/** Also of the programs that a test starts beside itself. What is no file is an import only in a test's text. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport|\bURL)\s*\(?\s*'(\.[^']+\.ts)'/g)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier!)))
    .filter(path => existsSync(path))

function reaches(wanted: string, file: string, seen = new Set<string>()): boolean {
  if (file === wanted) return true
  if (seen.has(file) || !file.startsWith(root)) return false
  seen.add(file)
  return importsOf(file).some(imported => reaches(wanted, imported, seen))
}

const all = patterns.flatMap(pattern =>
  globSync(pattern, { cwd: root })
    .sort()
    .map(path => join(root, path)),
)
const files = onPostgres ? all.filter(file => reaches(database, file) && !reaches(web, file)) : all
console.log(`${files.length} of ${all.length} test files, ${concurrency} at a time`)

endOverdue(limits)
const took: { file: string; ms: number }[] = []
run({ files, concurrency, execArgv, timeout: timeoutMs })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .on('test:summary', ({ file, duration_ms }) => {
    if (file) took.push({ file: file.slice(root.length), ms: duration_ms })
  })
  .once('end', () => {
    const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, namedSlowest)
    process.once('exit', () => {
      for (const { file, ms } of slowest)
        console.log(`${String(Math.round(ms / 1000)).padStart(5)} s  ${file}`)
    })
  })
  .compose(new spec())
  .pipe(process.stdout)
