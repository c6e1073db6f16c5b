import { Text } from '@mantine/core'
import { count, figure } from '../shared/count.ts'
import { Thumb } from '../shared/thumb.tsx'
import classes from './details.module.css'
import type { Place } from './pages.ts'

interface AlikeProps {
  place: Place
  shown: number
  onShow: (index: number) => void
}

/** The items that share a place of the grid; nothing for one that is alone. */
export function Alike({ place: { items, size }, shown, onShow }: AlikeProps) {
  if (size === 1) return null
  return (
    <section aria-label="Alike" className={classes.alike}>
      <Text size="sm" fw={600} className="figures">
        {count(size, 'alike item')}
        {size > items.length && `, of which ${figure(items.length)} are shown`}
      </Text>
      <div className={classes.alikeThumbs}>
        {items.map((item, i) => (
          <button
            key={item.media_id}
            type="button"
            aria-label={item.caption ?? item.file_name}
            aria-pressed={i === shown}
            onClick={() => onShow(i)}
          >
            <Thumb src={item.media_thumb_uri} alt="" />
          </button>
        ))}
      </div>
    </section>
  )
}
