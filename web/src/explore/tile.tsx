import { IconTrash } from '@tabler/icons-react'
import { memo } from 'react'
import { figure, percentText } from '../shared/count.ts'
import { Thumb } from '../shared/thumb.tsx'
import type { Place } from './pages.ts'
import classes from './tile.module.css'
import { clockText } from './video-time.ts'

interface TileProps {
  /** undefined: not there yet; null: deleted. */
  place: Place | null | undefined
  index: number
  /** Where it is in the grid, in pixels. */
  x: number
  y: number
  side: number
  chosen: boolean
  tabbable: boolean
  onChoose: () => void
}

/** Not drawn again when only `onChoose` is another one: it does the same for the same place. */
const isSame = ({ onChoose: _, ...before }: TileProps, after: TileProps) =>
  Object.entries(before).every(([name, value]) => after[name as keyof TileProps] === value)

export const Tile = memo(({ place, index, x, y, side, chosen, tabbable, onChoose }: TileProps) => {
  const item = place?.items[0]
  const name = item?.caption ?? item?.file_name
  return (
    <button
      type="button"
      className={classes.tile}
      style={{ width: side, height: side, transform: `translate(${x}px, ${y}px)` }}
      data-index={index}
      data-media={item?.media_id}
      aria-pressed={chosen}
      aria-label={place ? undefined : place === null ? 'It was deleted since' : `Item ${index + 1}`}
      tabIndex={tabbable ? 0 : -1}
      onClick={onChoose}
    >
      {place === null && (
        <span className={classes.deleted} title="It was deleted since">
          <IconTrash size={22} stroke={1.4} />
        </span>
      )}
      {place && item && (
        <>
          <Thumb key={item.media_id} src={item.media_thumb_uri} alt="" />
          <span className={`${classes.caption} name`}>{name}</span>
          {place.score !== null && (
            <span className={`${classes.score} figures`}>{percentText(place.score)}</span>
          )}
          {item.frame_timestamp !== null && (
            <span className={`${classes.time} figures`}>{clockText(item.frame_timestamp)}</span>
          )}
          {place.size > 1 && <span className={`${classes.size} figures`}>{figure(place.size)}</span>}
        </>
      )}
    </button>
  )
}, isSame)
