// `j` and `k` through a list: the current row is kept in view, and what opens it has the focus, so that Enter and a
// screen reader mean the same row.
import { useEffect, useState } from 'react'
import { type KeyBinding, useKeys } from '../keyboard/keys.ts'

/**
 * Returns the current row's index, -1 before the first key. `elementAt` finds the row, whose first link or button opens it;
 * `more` binds further keys, which get the index.
 */
export function useListKeys(
  title: string,
  length: number,
  elementAt: (index: number) => Element | null | undefined,
  more: (Omit<KeyBinding, 'run'> & { run: (index: number) => void })[],
  active = true,
): number {
  const [index, setIndex] = useState(-1)
  const current = Math.min(index, length - 1)
  const step = (by: number) => setIndex(Math.max(0, Math.min(length - 1, current + by)))
  useKeys(
    title,
    [
      { keys: 'j', does: 'Next', run: () => step(1) },
      { keys: 'k', does: 'Previous', run: () => step(-1) },
      ...more.map(({ run, ...binding }) => ({ ...binding, run: () => current >= 0 && run(current) })),
    ],
    { active: active && length > 0 },
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a step moves, not a list that changes
  useEffect(() => {
    if (current < 0) return
    const row = elementAt(current)
    row?.scrollIntoView({ block: 'nearest' })
    const opens = row?.matches('a, button') ? row : row?.querySelector('a, button')
    ;(opens as HTMLElement | undefined)?.focus({ preventScroll: true })
  }, [index])
  return current
}
