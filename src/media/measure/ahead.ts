// Pictures of an upload are measured while the rest of it arrives. What was found waits here for the task that will ask; it
// is a saving and nothing else, as whoever finds nothing here measures, also after a crash or on another replica.

/** What waits here: with a thumbnail 20 kB each. */
const maxHeld = 512
/** An upload that is not accepted is never asked for. */
const keepMs = 300_000

interface Entry<Found> {
  since: number
  /** Undefined: not begun yet. */
  found?: Promise<Found | undefined>
}

/** `measure` is asked for at most `atOnce` at once, so that whoever asks for themselves waits for no more. */
export function measureAhead<Found>(
  measure: (key: string) => Promise<Found>,
  atOnce: number,
  now = Date.now,
) {
  const entries = new Map<string, Entry<Found>>()
  let under = 0

  function beginNext(): void {
    for (const [key, entry] of entries) {
      if (under >= atOnce) return
      if (entry.found) continue
      under++
      const failed = () => void entries.delete(key) // the task that asks will see why
      entry.found = measure(key).catch(failed)
      void entry.found.finally(() => {
        under--
        beginNext()
      })
    }
  }

  return {
    /** Nothing happens while too many wait. */
    begin(key: string): void {
      for (const [old, { since }] of entries) {
        if (since > now() - keepMs) break
        entries.delete(old)
      }
      if (entries.size >= maxHeld) return
      entries.set(key, { since: now() })
      beginNext()
    },
    /** Nothing more is begun. */
    stop: () => entries.clear(),
    /** Once. Undefined, or a promise of it: it is not here. */
    take(key: string): Promise<Found | undefined> | undefined {
      const entry = entries.get(key)
      entries.delete(key)
      return entry?.found
    },
  }
}
