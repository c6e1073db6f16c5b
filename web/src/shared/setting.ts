// A choice of this person in this browser, the same on all its tabs.
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
window.addEventListener('storage', changed)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export interface Setting {
  isOn: () => boolean
  turn: (on: boolean) => void
}

export function setting(name: string, { byDefault }: { byDefault: boolean }): Setting {
  const key = `belfry-${name}`
  return {
    isOn: () => (localStorage.getItem(key) ?? (byDefault ? 'on' : 'off')) === 'on',
    turn(on) {
      localStorage.setItem(key, on ? 'on' : 'off')
      changed() // `storage` tells other tabs alone
    },
  }
}

export const useSetting = ({ isOn }: Setting): boolean => useSyncExternalStore(subscribe, isOn)
