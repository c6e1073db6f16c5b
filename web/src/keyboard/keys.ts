// Single keys and sequences (`g i`) of what is on screen. Whoever reads the list of keys reads what works right now.
import { createContext, use, useEffect, useRef, useSyncExternalStore } from 'react'
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
  layer: string
}

const sequenceMs = 1_500
/** The one added last is asked first: a panel over a page. */
let groups: readonly Group[] = []
/** The page, and what lies over it: only the topmost is asked. */
let layers: readonly string[] = ['page']
export const LayerContext = createContext('page')
/** Asked whatever lies on top. */
const everywhere = 'everywhere'
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

/** Returns how to leave it. */
export function enterLayer(id: string): () => void {
  layers = [...layers, id]
  return () => {
    layers = layers.filter(one => one !== id)
  }
}

/** Binds keys while the component is on screen. `always`: also while something lies over it. */
export function useKeys(
  title: string,
  bindings: KeyBinding[],
  { active = true, always = false }: { active?: boolean; always?: boolean } = {},
): void {
  const own = use(LayerContext)
  const layer = always ? everywhere : own
  const latest = useRef(bindings)
  latest.current = bindings
  const shape = bindings.map(({ keys, does }) => `${keys}\0${does}`).join('\0')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the bindings, which are new each time
  useEffect(() => {
    if (!active) return
    const group: Group = {
      title,
      layer,
      bindings: bindings.map(({ keys, does }, i) => ({ keys, does, run: () => latest.current[i]?.run() })),
    }
    groups = [...groups, group]
    changed()
    return () => {
      groups = groups.filter(one => one !== group)
      changed()
    }
  }, [title, shape, layer, active])
}

/** What works below the layer that asks, by title. */
export function useKeysBelow(): Map<string, KeyBinding[]> {
  useSyncExternalStore(subscribe, () => groups)
  const own = layers.indexOf(use(LayerContext))
  const below = layers.at(own === -1 ? -1 : own - 1)!
  const works = heardIn(below).flatMap(({ title, bindings }) =>
    bindings
      .filter(binding => find(binding.keys, below) === binding)
      .map(binding => [title, binding] as const),
  )
  const byTitle = Map.groupBy(works, ([title]) => title)
  return new Map([...byTitle].map(([title, all]) => [title, all.map(([, binding]) => binding)]))
}

const heardIn = (layer: string): Group[] =>
  groups.filter(group => group.layer === layer || group.layer === everywhere)

function find(keys: string, layer: string): KeyBinding | undefined {
  for (const { bindings } of heardIn(layer).toReversed()) {
    const found = bindings.find(binding => binding.keys === keys)
    if (found) return found
  }
  return undefined
}

/** As if these keys were pressed, for who looks for them with the pointer. */
export const press = (keys: string): void => find(keys, layers.at(-1)!)?.run()

/** Fields, a video that is played, and what floats over the page and closes by itself: a menu, the editor of a filter. */
const ownKeys =
  'input:not([type=checkbox]), textarea, select, video, [contenteditable], [role=menu], [role=dialog]:not([aria-modal])'
const hasOwnKeys = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest(ownKeys) !== null

/** As a key goes down; when it is heard here, Escape may have closed the topmost already. */
let layerPressedIn = 'page'
window.addEventListener(
  'keydown',
  () => {
    layerPressedIn = layers.at(-1)!
  },
  { capture: true },
)
window.addEventListener('keydown', pressed)

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (hasOwnKeys(event.target) || (event.key.length === 1 && !singleKeys.isOn())) return
  // Enter and Space belong to the button or link that has the focus.
  if ((event.key === 'Enter' || event.key === ' ') && (event.target as Element).closest?.('a, button')) return
  const layer = layerPressedIn
  const before = waiting && event.timeStamp <= waiting.until ? waiting.key : undefined
  waiting = undefined
  const binding = (before && find(`${before} ${event.key}`, layer)) || find(event.key, layer)
  if (binding) {
    event.preventDefault()
    binding.run()
  } else if (
    heardIn(layer).some(group => group.bindings.some(({ keys }) => keys.startsWith(`${event.key} `)))
  )
    waiting = { key: event.key, until: event.timeStamp + sequenceMs }
}
