// A bar for each batch; the exact time and count of one on hover, or with the keyboard.
import { Tooltip } from '@mantine/core'
import { count } from '../shared/count.ts'
import { exactTime, shortTime } from '../shared/time.tsx'
import classes from './tab.module.css'

export interface Bar {
  batch_id: string
  timestamp: string
  count: number
}

/** The widest that a bar gets, with the gap after it: the dates stand below the first and the last. */
const barPx = 102

export function Bars({ points }: { points: Bar[] }) {
  const most = Math.max(1, ...points.map(point => point.count))
  return (
    <div>
      <div className={classes.bars}>
        {points.map(({ batch_id, timestamp, count: n }) => (
          <Tooltip
            key={batch_id}
            events={{ hover: true, focus: true, touch: true }}
            label={
              <>
                <b>{count(n, 'match')}</b>
                <br />
                {exactTime(timestamp)}
              </>
            }
          >
            <div
              className={classes.bar}
              data-none={n === 0 || undefined}
              role="img"
              aria-label={`${count(n, 'match')}, ${exactTime(timestamp)}`}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what hover shows, the keyboard shows
              tabIndex={0}
            >
              <span style={{ height: `${(n / most) * 100}%` }} />
            </div>
          </Tooltip>
        ))}
      </div>
      <div
        className={`${classes.axis} figures`}
        style={{ maxWidth: points.length * barPx }}
        aria-hidden="true"
      >
        <span>{shortTime(points[0]!.timestamp)}</span>
        {points.length > 1 && <span>{shortTime(points.at(-1)!.timestamp)}</span>}
      </div>
    </div>
  )
}
