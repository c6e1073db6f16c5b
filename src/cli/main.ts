// The `belfry` command: what was asked for, and how it ended.
import { explain } from './failure.ts'
import { buildProgram } from './program.ts'

try {
  await buildProgram().parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}
