import { type ReactNode, useEffect } from 'react'
import { setPageTitle } from './page-title.ts'

/** Names the tab after the screen. */
export function Titled({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => setPageTitle(title), [title])
  return children
}
