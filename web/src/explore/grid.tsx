// A grid that holds only the rows on screen, however many items there are. Arrow keys move, Enter opens.
import { useDebouncedValue, useElementSize } from '@mantine/hooks'
import { IconFilterOff, IconPhotoOff } from '@tabler/icons-react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import type { Exploring } from './address.ts'
import { shownItems, useFirstPage, usePlaces } from './pages.ts'
import classes from './tab.module.css'
import { Tile } from './tile.tsx'

interface GridProps {
  datasetId: string
  exploring: Exploring
  chosen: number | undefined
  onChoose: (index: number | undefined) => void
  isNarrowed: boolean
}

const gapPx = 8
/** A tile is at least so wide; on a phone there are three in a row. */
const tilePx = { wide: 132, narrow: 104 }
/** Rows beside the screen, so that a scroll finds them there. */
const overscan = 3
/** What flies past in a fast scroll is not asked for. */
const settleMs = 90

export function Grid({ datasetId, exploring, chosen, onChoose, isNarrowed }: GridProps) {
  const first = useFirstPage(datasetId, exploring)
  const { ref, width } = useElementSize<HTMLDivElement>()
  if (first.error && !first.data)
    return <ErrorState error={first.error} onRetry={() => void first.refetch()} />
  const total = first.data?.total
  return (
    <div ref={ref} className={classes.grid} aria-busy={first.isPending}>
      {total === 0 ? (
        <EmptyState
          icon={isNarrowed ? IconFilterOff : IconPhotoOff}
          title={isNarrowed ? 'Nothing matches' : 'There is nothing to see yet'}
        >
          {isNarrowed
            ? 'Take a filter away, or search for other words.'
            : 'Pictures appear here as soon as a batch is processed.'}
        </EmptyState>
      ) : (
        total !== undefined &&
        width > 0 && (
          <Rows
            datasetId={datasetId}
            exploring={exploring}
            chosen={chosen}
            onChoose={onChoose}
            total={shownItems(total)}
            width={width}
          />
        )
      )}
    </div>
  )
}

interface RowsProps extends Omit<GridProps, 'isNarrowed'> {
  total: number
  width: number
}

function Rows({ datasetId, exploring, chosen, onChoose, total, width }: RowsProps) {
  const columns = Math.max(
    2,
    Math.floor((width + gapPx) / ((width < 560 ? tilePx.narrow : tilePx.wide) + gapPx)),
  )
  const side = (width - gapPx * (columns - 1)) / columns
  const list = useRef<HTMLDivElement>(null)
  const rows = useWindowVirtualizer({
    count: Math.ceil(total / columns),
    estimateSize: () => side + gapPx,
    overscan,
    scrollMargin: list.current?.offsetTop ?? 0,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new width makes rows of another height
  useEffect(() => rows.measure(), [side, columns])
  const visible = rows.getVirtualItems()
  const range = {
    first: (visible[0]?.index ?? 0) * columns,
    last: Math.min(total - 1, ((visible.at(-1)?.index ?? 0) + 1) * columns - 1),
  }
  const [firstAsked] = useDebouncedValue(range.first, settleMs, { leading: true })
  const [lastAsked] = useDebouncedValue(range.last, settleMs, { leading: true })
  const placeAt = usePlaces(datasetId, exploring, firstAsked, lastAsked)
  const [focus, setFocus] = useState(0)
  const current = Math.min(focus, total - 1)

  useEffect(() => {
    if (chosen !== undefined) rows.scrollToIndex(Math.floor(chosen / columns), { align: 'auto' })
  }, [chosen, columns, rows])

  const focusOn = (index: number) =>
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true })
  const rowOnScreen = rows.range ?? { startIndex: 0, endIndex: 0 }
  const isOnScreen =
    current >= rowOnScreen.startIndex * columns && current < (rowOnScreen.endIndex + 1) * columns
  useKeys('Pictures', [
    {
      keys: 'ArrowDown',
      does: 'Move among them with the arrow keys',
      run: () => go(isOnScreen ? current : rowOnScreen.startIndex * columns),
    },
  ])

  function move(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key]
    const to =
      by !== undefined ? current + by : event.key === 'Home' ? 0 : event.key === 'End' ? total - 1 : undefined
    if (to === undefined || to < 0 || to >= total) return
    event.preventDefault()
    event.stopPropagation()
    if (chosen !== undefined) onChoose(to)
    go(to)
  }
  function go(to: number): void {
    setFocus(to)
    rows.scrollToIndex(Math.floor(to / columns), { align: 'auto' })
    // The row may come on screen only with the scroll.
    requestAnimationFrame(() => requestAnimationFrame(() => focusOn(to)))
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in
    <div
      ref={list}
      role="group"
      aria-label="Media"
      style={{ position: 'relative', height: rows.getTotalSize() }}
      onKeyDown={move}
    >
      {/* Placed one by one, so that a tile stays the same when the number of columns changes. */}
      {visible.flatMap(row =>
        Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
          const index = row.index * columns + column
          return (
            <Tile
              key={index}
              place={placeAt(index)}
              index={index}
              x={column * (side + gapPx)}
              y={row.start - rows.options.scrollMargin}
              side={side}
              chosen={index === chosen}
              tabbable={index === current}
              onChoose={() => {
                setFocus(index)
                onChoose(index === chosen ? undefined : index)
              }}
            />
          )
        }),
      )}
    </div>
  )
}
