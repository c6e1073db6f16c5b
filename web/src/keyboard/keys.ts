// Single keys and sequences (`g i`) of what is on screen. Whoever reads the list of keys reads what works right now.
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { setting } from '../shared/setting.ts'

export interface KeyBinding {
  /** As `KeyboardEvent.key`: `j`, `?`, `Enter`; two in a row with a space between: `g i`. */
  keys: string
  does: string
  run: () => void
}
interface Group {
  title: string
  bindings: KeyBinding[]
}

const sequenceMs = 1_500
/** The one added last is asked first: a panel over a page. */
let groups: readonly Group[] = []
let waiting: { key: string; until: number } | undefined
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** WCAG 2.1.4: keys of one character can be turned off, for people whose speech or tremor types by accident. */
export const singleKeys = setting('single-keys', { byDefault: true })

/** Binds keys while the component is on screen. */
export function useKeys(title: string, bindings: KeyBinding[], active = true): void {
  const latest = useRef(bindings)
  latest.current = bindings
  const shape = bindings.map(({ keys, does }) => `${keys}\0${does}`).join('\0')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the bindings, which are new each time
  useEffect(() => {
    if (!active) return
    const group: Group = {
      title,
      bindings: bindings.map(({ keys, does }, i) => ({ keys, does, run: () => latest.current[i]?.run() })),
    }
    groups = [...groups, group]
    changed()
    return () => {
      groups = groups.filter(one => one !== group)
      changed()
    }
  }, [title, shape, active])
}

export const useKeyGroups = (): readonly Group[] => useSyncExternalStore(subscribe, () => groups)

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role=menu]') !== null

function find(keys: string): KeyBinding | undefined {
  for (const { bindings } of groups.toReversed()) {
    const found = bindings.find(binding => binding.keys === keys)
    if (found) return found
  }
  return undefined
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event.target) || (event.key.length === 1 && !singleKeys.isOn())) return
  // Enter and Space belong to the button or link that has the focus.
  if ((event.key === 'Enter' || event.key === ' ') && (event.target as Element).closest?.('a, button')) return
  const before = waiting && event.timeStamp <= waiting.until ? waiting.key : undefined
  waiting = undefined
  const binding = (before && find(`${before} ${event.key}`)) || find(event.key)
  if (binding) {
    event.preventDefault()
    binding.run()
  } else if (groups.some(group => group.bindings.some(({ keys }) => keys.startsWith(`${event.key} `))))
    waiting = { key: event.key, until: event.timeStamp + sequenceMs }
}
window.addEventListener('keydown', pressed)
