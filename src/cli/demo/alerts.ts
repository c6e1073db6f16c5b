// The live stream of the demo: prints each alert as it arrives, with the time it took.
import type { BelfryClient, Notification } from '@belfry/client'
import { count, print, styled } from '../output.ts'
import { clearProgress } from '../progress.ts'

export interface Alerts {
  readonly seen: number
  /** Resolves when `total` have arrived, or false after `withinMs`. */
  arrived(total: number, withinMs: number): Promise<boolean>
}

/** Resolves once the stream is open: from then on nothing is missed. */
export async function followAlerts(client: BelfryClient, signal: AbortSignal): Promise<Alerts> {
  const opened = Promise.withResolvers<void>()
  const waiting = new Set<() => void>()
  let seen = 0
  const follow = async () => {
    const stream = client.stream({
      signal,
      onChange: ({ kind }) => kind === 'open' && opened.resolve(),
    })
    for await (const alert of stream) {
      const arrivedAtMs = performance.timeOrigin + performance.now()
      seen++
      clearProgress()
      print(alertLine(alert, arrivedAtMs - Date.parse(`${alert.created_at}Z`)))
      for (const look of waiting) look()
    }
  }
  follow().catch(opened.reject)
  await opened.promise

  return {
    get seen() {
      return seen
    },
    arrived(total, withinMs) {
      return new Promise(resolve => {
        const look = () => (seen >= total ? done(true) : undefined)
        const late = setTimeout(() => done(false), withinMs)
        const done = (complete: boolean) => {
          clearTimeout(late)
          waiting.delete(look)
          resolve(complete)
        }
        waiting.add(look)
        look()
      })
    },
  }
}

/** `tookMs` is from the commit to the arrival here; both were read from this machine's clock. */
const alertLine = ({ metadata: { view_name, result_count } }: Notification, tookMs: number): string =>
  `  ${styled('yellow', '▲')} ${styled('bold', view_name.padEnd(16))}${count(result_count, 'new match').padEnd(16)}` +
  styled('dim', `delivered ${Math.max(0, Math.round(tookMs))} ms after the commit`)
