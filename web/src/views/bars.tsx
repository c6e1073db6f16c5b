// A bar for each batch, hatched where it could not be counted; the exact time and count of one on hover, or with the
// keyboard.
import { Tooltip } from '@mantine/core'
import { count, figure } from '../shared/count.ts'
import { exactTime, shortTime } from '../shared/time.tsx'
import classes from './tab.module.css'
import type { Bar } from './trend.ts'

/** The widest that a bar gets, with the gap after it: the dates stand below the first and the last. */
const barPx = 102

/** With more of them only the highest say how high they are: numbers are wider than their bars then. */
const maxLabelled = 8
const labelPx = 20

export function Bars({ points }: { points: Bar[] }) {
  const most = Math.max(1, ...points.map(point => point.count))
  return (
    <div>
      <div className={classes.bars}>
        {points.map(({ batch_id, timestamp, count: n, reason }) => (
          <Tooltip
            key={batch_id}
            events={{ hover: true, focus: true, touch: true }}
            multiline
            maw={360}
            label={
              <>
                <b>{reason === undefined ? count(n, 'match') : 'Not counted'}</b>
                <br />
                {reason !== undefined && (
                  <>
                    <span className="name">{reason}</span>
                    <br />
                  </>
                )}
                {exactTime(timestamp)}
              </>
            }
          >
            <div
              className={classes.bar}
              data-none={(n === 0 && reason === undefined) || undefined}
              data-failed={reason !== undefined || undefined}
              role="img"
              aria-label={`${reason === undefined ? count(n, 'match') : `Not counted: ${reason}`}, ${exactTime(timestamp)}`}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what hover shows, the keyboard shows
              tabIndex={0}
            >
              {reason === undefined && (points.length <= maxLabelled || n === most) && <b>{figure(n)}</b>}
              <span
                style={{ height: `calc((100% - ${labelPx}px) * ${reason === undefined ? n / most : 1})` }}
              />
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
