// A new screen begins at its top and has the focus, as a new page would. Going back is left to the browser, which
// knows where the reader was; who narrows a list stays where they are.
import { useEffect } from 'react'

/** Announced by wouter, and by the browser for Back and Forward. */
const moves = ['pushState', 'replaceState', 'popstate']

export function useArrival(): void {
  useEffect(() => {
    let path = location.pathname
    const arrive = ({ type }: Event) => {
      const isNew = type === 'pushState' && location.pathname !== path
      path = location.pathname
      if (!isNew) return
      window.scrollTo(0, 0)
      document.getElementById('main')?.focus({ preventScroll: true })
    }
    for (const move of moves) window.addEventListener(move, arrive)
    return () => {
      for (const move of moves) window.removeEventListener(move, arrive)
    }
  }, [])
}
