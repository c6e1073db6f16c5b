// A box over the picture: the part of it to search by. It is drawn with the pointer, or moved with the keys.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import type { Box } from './likeness.ts'
import classes from './picture.module.css'
import type { Size } from './picture.tsx'

/** Less is a slip of the hand, and nothing to recognize. */
const minSidePx = 8
/** Of the picture's longer side, with each press of an arrow key. */
const step = 1 / 40

/** What is marked before anything is drawn. */
export const middleOf = ({ width, height }: Size): Box =>
  [width / 4, height / 4, width / 2, height / 2].map(Math.round) as Box

interface PartPickerProps {
  size: Size
  box: Box
  onBox: (box: Box) => void
}

export function PartPicker({ size, box, onBox }: PartPickerProps) {
  const from = useRef<DOMPoint>(undefined)
  const { width, height } = size

  const pointAt = ({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>): DOMPoint => {
    const toPicture = currentTarget.getScreenCTM()!.inverse()
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toPicture)
    return new DOMPoint(Math.max(0, Math.min(width, x)), Math.max(0, Math.min(height, y)))
  }
  const draw = (event: PointerEvent<SVGSVGElement>) => {
    if (!from.current) return
    const to = pointAt(event)
    const sides = [Math.abs(to.x - from.current.x), Math.abs(to.y - from.current.y)]
    if (Math.min(...sides) < minSidePx) return
    const corner = [Math.min(from.current.x, to.x), Math.min(from.current.y, to.y)]
    onBox([...corner, ...sides].map(Math.round) as Box)
  }
  const move = (event: KeyboardEvent) => {
    const by = Math.max(1, Math.round(Math.max(width, height) * step))
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    }
    const [dx, dy] = moves[event.key] ?? []
    if (dx === undefined || dy === undefined) return
    event.preventDefault()
    const [x, y, w, h] = box
    const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))
    if (event.shiftKey)
      onBox([x, y, within(w + dx, minSidePx, width - x), within(h + dy, minSidePx, height - y)])
    else onBox([within(x + dx, 0, width - w), within(y + dy, 0, height - h), w, h])
  }

  return (
    <svg
      className={classes.picker}
      viewBox={`0 0 ${width} ${height}`}
      role="application"
      aria-label="The part to search by. Arrow keys move it, with Shift they change its size."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys do what the pointer does
      tabIndex={0}
      onKeyDown={move}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = pointAt(event)
      }}
      onPointerMove={draw}
      onPointerUp={event => {
        draw(event)
        from.current = undefined
      }}
    >
      <path
        d={`M0 0H${width}V${height}H0Z M${box[0]} ${box[1]}v${box[3]}h${box[2]}v${-box[3]}Z`}
        fillRule="evenodd"
      />
      <rect x={box[0]} y={box[1]} width={box[2]} height={box[3]} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
