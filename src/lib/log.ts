import { type Logger, pino } from 'pino'

/** JSON lines on standard output; readable ones when a person is looking. */
export function createLogger(level: string): Logger {
  const pretty = process.stdout.isTTY && {
    transport: { target: 'pino-pretty', options: { singleLine: true } },
  }
  return pino({ level, ...(pretty || {}) })
}
