// Work in a thread that nobody waits for within a second lets the rest of the process go first.
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** As in `nice`: where processors are short, a sixth of what the streams get. */
const niceness = 8

/**
 * Call it in the thread itself. On Linux each thread has a priority of its own, and is named by this link; where there is
 * none it keeps that of the process.
 */
export function yieldToOthers(): void {
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1)
    setPriority(Number(thread), niceness)
  } catch {
    // another system, or one that does not show its threads
  }
}
