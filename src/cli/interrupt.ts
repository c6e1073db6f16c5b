// Ctrl-C asks a command to end; asked a second time, the process goes at once.
import { exitCodes } from './failure.ts'

/** Aborts at the first SIGINT or SIGTERM. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController()
  const heard = () => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted)
    interrupted.abort()
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  return interrupted.signal
}
