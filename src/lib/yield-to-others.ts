// Work in a thread that nobody waits for within a second lets the rest of the process go first.
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** As in `nice`: where processors are short, a sixth of what the streams get. */
const niceness = 8

/**
 * Call it in the thread itself. On Linux each thread has a priority of its own, and is named by this link; elsewhere it
 * keeps that of the process.
 */
export function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  const [, thread] = /task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))!
  setPriority(Number(thread), niceness)
}
