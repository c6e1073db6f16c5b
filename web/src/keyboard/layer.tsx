import { type ReactNode, useEffect, useId } from 'react'
import { enterLayer, LayerContext } from './keys.ts'

/** Around the content of what lies over the page: until it is gone, the keys below are not heard. */
export function KeyLayer({ children }: { children: ReactNode }) {
  const id = useId()
  useEffect(() => enterLayer(id), [id])
  return <LayerContext value={id}>{children}</LayerContext>
}
