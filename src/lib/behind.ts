// Work behind an answer: nobody waits for it, one piece at a time, and the next request does what it left undone.

export function workBehind() {
  const stopping = new AbortController()
  let current: Promise<void> | undefined
  return {
    /** False, and nothing is begun, while another is under way. */
    begin(work: (signal: AbortSignal) => Promise<void>): boolean {
      if (current || stopping.signal.aborted) return false
      current = work(stopping.signal)
        .catch(() => {})
        .finally(() => {
          current = undefined
        })
      return true
    },
    async stop(): Promise<void> {
      stopping.abort()
      await current
    },
  }
}
