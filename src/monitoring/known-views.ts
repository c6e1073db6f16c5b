// Views as they were read for an earlier batch. Most are the same for the next one, and to read, decode and check ten
// thousand of them takes half a second, all of which somebody's stream waits behind.
import type { MonitoredView } from './monitored-view.ts'

/** About 2 kB each, and as much for each vector they compare with. What was read first goes first. */
const maxKnown = 20_000

/** By id and a digest of everything in it, so that a view which was changed is another one. */
const known = new Map<string, MonitoredView>()

export const knownView = (key: string): MonitoredView | undefined => known.get(key)

export function remember(key: string, view: MonitoredView): void {
  known.set(key, view)
  if (known.size > maxKnown) known.delete(known.keys().next().value!)
}
