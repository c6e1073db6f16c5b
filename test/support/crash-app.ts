// A server that kills itself with SIGKILL when its work reaches a step. Started by crash.ts: it says its address, is told
// the step, and answers SQL statements with their rows.
import { pino } from 'pino'
import { raw } from 'sql-template-tag'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'

export interface Order {
  crashAt?: string
  statement?: string
}

let crashAt: string | undefined
const config = readConfig(process.env)
const app = await createApp(config, {
  logger: pino({ level: config.logLevel }),
  onStep(step) {
    if (step === crashAt) process.kill(process.pid, 'SIGKILL')
  },
})
process.on('message', async (order: Order) => {
  crashAt = order.crashAt
  process.send!(order.statement ? await app.db.query(raw(order.statement)) : [])
})
process.once('disconnect', () => process.exit())
process.send!(await app.start())
