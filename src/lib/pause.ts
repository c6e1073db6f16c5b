// Long work on the main thread lets others in between: streams, requests, leases.
import { setImmediate as turn } from 'node:timers/promises'

/** As long as one piece of work may hold up the rest. */
export const pieceMs = 5

/** Call it between pieces; it waits only when the time is up. */
export function pauses(): () => Promise<void> {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < pieceMs) return
    await turn()
    begun = performance.now()
  }
}
