// A server that kills itself with SIGKILL when its work reaches the step BELFRY_CRASH_AT. Started by test/crash.test.ts
// with an IPC channel: it says its address, then answers SQL statements with their rows.
import { pino } from 'pino'
import { raw } from 'sql-template-tag'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'

const config = readConfig(process.env)
const app = await createApp(config, {
  logger: pino({ level: config.logLevel }),
  onStep(step) {
    if (step === process.env.BELFRY_CRASH_AT) process.kill(process.pid, 'SIGKILL')
  },
})
process.on('message', async (statement: string) => process.send!(await app.db.query(raw(statement))))
process.send!(await app.start())
