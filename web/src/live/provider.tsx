// Keeps what is on screen true while somebody is signed in.
import type { Notification } from '@belfry/client'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { useUser } from '../session/session.tsx'
import { applyChange, freshen } from './apply.ts'
import { startLive } from './live.ts'
import type { LiveStatus } from './messages.ts'
import { showAlert } from './show-alert.ts'

const StatusContext = createContext<LiveStatus>({ state: 'connecting' })
export const useLiveStatus = (): LiveStatus => use(StatusContext)

type AlertListener = (alert: Notification, leading: boolean) => void
const alertListeners = new Set<AlertListener>()
/** Hears of each new alert, once in every tab; `leading` is true in one of them. Returns how to stop. */
export function onAlert(listener: AlertListener): () => void {
  alertListeners.add(listener)
  return () => void alertListeners.delete(listener)
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const { user_id } = useUser()
  const [status, setStatus] = useState<LiveStatus>({ state: 'connecting' })
  useEffect(() => {
    const stale = freshen(queryClient)
    return startLive(api, user_id, {
      status: next => setStatus(now => (now.state === next.state ? now : next)),
      caughtUp: () => void queryClient.invalidateQueries(),
      refused: () => void queryClient.invalidateQueries({ queryKey: keys.me }),
      change: change => applyChange(queryClient, stale, change),
      alert: (alert, leading) => {
        showAlert(queryClient, alert)
        stale(keys.notifications)
        stale(keys.datasets)
        if (alert.dataset_id) stale(keys.dataset(alert.dataset_id))
        for (const listener of alertListeners) listener(alert, leading)
      },
    })
  }, [queryClient, user_id])
  return <StatusContext value={status}>{children}</StatusContext>
}
