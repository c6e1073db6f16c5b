// Runs one file as the suite does, with limits that are over at once.
import { run } from 'node:test'
import { tap } from 'node:test/reporters'
import { endOverdue, type Limits } from '../support/overdue.ts'

const [file, limits] = process.argv.slice(2) as [string, string]
endOverdue(JSON.parse(limits) as Limits)
run({ files: [file] })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(tap)
  .pipe(process.stdout)
