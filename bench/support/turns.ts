// How long the main thread is held up in its own processor time: a busy machine lengthens the wait, not this.

/** Watches every turn of the event loop, and takes the whole thread for it: not while something else is timed. */
export function watchTurns(): () => number {
  let before = process.threadCpuUsage()
  let longestMs = 0
  let watching = true
  const turn = () => {
    const now = process.threadCpuUsage()
    longestMs = Math.max(longestMs, (now.user + now.system - before.user - before.system) / 1000)
    before = now
    if (watching) setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    watching = false
    return longestMs
  }
}
