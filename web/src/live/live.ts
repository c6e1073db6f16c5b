// The live connection of one user in all tabs of one browser. The tab that holds the lock leads: it has the stream and
// passes on what comes. When it is closed, the next one gets the lock and goes on at the same cursor; when it falls
// silent, a tab that somebody looks at takes the lock away.
import { type BelfryClient, BelfryError, type Notification, type StreamChange } from '@belfry/client'
import type { LiveMessage, LiveStatus } from './messages.ts'

/** How often the leader gives a sign of life, and others look for it. */
const watchEveryMs = 2_000
/** A leader that is silent for this long is frozen or gone. */
const silentAfterMs = 8_000
/** A clock that jumped by this much slept: the connection may be dead without knowing it. */
const sleptAfterMs = 8_000
/** After a refusal that is not about who we are. */
const refusedPauseMs = 5_000

export interface LiveHandlers {
  alert: (alert: Notification, leading: boolean) => void
  change: (change: StreamChange) => void
  /** From here on nothing is missed; what was read before may be old. */
  caughtUp: () => void
  refused: () => void
  status: (status: LiveStatus) => void
}

/** Returns how to stop. */
export function startLive(client: BelfryClient, userId: string, on: LiveHandlers): () => void {
  const name = `belfry-live-${userId}`
  const channel = new BroadcastChannel(name)
  const end = new AbortController()
  let status: LiveStatus = { state: 'connecting' }
  let cursor: string | undefined
  let heardAtMs = Date.now()
  let tickedAtMs = Date.now()
  let leading = false
  /** Cuts the stream, to connect anew at once. */
  let reconnect = () => {}

  function take(message: LiveMessage): void {
    heardAtMs = Date.now()
    if (message.kind === 'status') {
      const caughtUp = message.status.state === 'live' && status.state !== 'live'
      status = message.status
      on.status(status)
      if (caughtUp) on.caughtUp()
    } else if (message.kind === 'alert') {
      cursor = message.cursor
      on.alert(message.alert, leading)
    } else if (message.kind === 'change') on.change(message.change)
    else if (message.kind === 'refused') on.refused()
  }
  function tell(message: LiveMessage): void {
    if (end.signal.aborted) return
    channel.postMessage(message)
    take(message)
  }
  channel.onmessage = ({ data }: MessageEvent<LiveMessage>) => {
    if (data.kind !== 'hello') take(data)
    else if (leading) channel.postMessage({ kind: 'status', status } satisfies LiveMessage)
  }

  function hear(change: StreamChange): void {
    if (change.kind === 'open') {
      status = { state: 'connecting' } // so that every tab catches up, whatever it believed
      tell({ kind: 'status', status: { state: 'live' } })
    } else if (change.kind === 'lost')
      tell({ kind: 'status', status: { state: 'lost', reason: change.reason } })
    else if (change.kind === 'ping') tell({ kind: 'status', status: { state: 'live' } })
    else if (change.kind === 'fault')
      tell({ kind: 'status', status: { state: 'lost', reason: 'the server cannot read new alerts' } })
    else tell({ kind: 'change', change })
  }

  /** Follows the stream until the lock is lost or this ends. */
  async function lead(signal: AbortSignal): Promise<void> {
    leading = true
    while (!signal.aborted) {
      const cut = new AbortController()
      reconnect = () => cut.abort()
      const both = AbortSignal.any([signal, cut.signal])
      const stream = client.stream({ readState: true, lastEventId: cursor, signal: both, onChange: hear })
      try {
        for await (const alert of stream) tell({ kind: 'alert', alert, cursor: stream.cursor })
        cursor = stream.cursor ?? cursor
      } catch (error) {
        if (error instanceof BelfryError && error.status === 401) {
          tell({ kind: 'refused' })
          break
        }
        cursor = undefined // it may be the cursor that is refused; the lists tell what was missed
        tell({ kind: 'status', status: { state: 'lost', reason: String(error) } })
        await new Promise(resolve => setTimeout(resolve, refusedPauseMs))
      }
    }
    leading = false
  }

  function queue(steal: boolean): void {
    const demoted = new AbortController()
    navigator.locks
      .request(name, steal ? { steal } : { signal: end.signal }, () =>
        lead(AbortSignal.any([end.signal, demoted.signal])),
      )
      .catch(() => {
        demoted.abort()
        if (!end.signal.aborted) queue(false) // taken away: wait for the next turn
      })
  }

  function watch(): void {
    const now = Date.now()
    const slept = now - tickedAtMs > sleptAfterMs
    tickedAtMs = now
    if (document.hidden) {
      if (leading) tell({ kind: 'status', status })
    } else if (leading) {
      if (slept) reconnect()
      else tell({ kind: 'status', status })
    } else if (!slept && now - heardAtMs > silentAfterMs) {
      take({ kind: 'status', status: { state: 'lost', reason: 'another tab held the connection' } })
      queue(true)
    }
  }
  const timer = setInterval(watch, watchEveryMs)
  const looked = () => !document.hidden && (status.state === 'live' ? watch() : reconnect())
  document.addEventListener('visibilitychange', looked)
  window.addEventListener('online', reconnectNow)
  function reconnectNow() {
    reconnect()
  }

  // Without https or localhost a browser has no locks; then each tab has a stream of its own.
  if (navigator.locks) queue(false)
  else void lead(end.signal)
  channel.postMessage({ kind: 'hello' } satisfies LiveMessage)

  return () => {
    end.abort()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', looked)
    window.removeEventListener('online', reconnectNow)
    channel.close()
  }
}
