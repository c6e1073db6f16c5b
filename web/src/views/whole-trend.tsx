// Every batch of a trend; drawn by uPlot, which stays quick with ten thousand of them.
import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { count, figure } from '../shared/count.ts'
import { exactTime, timeOf } from '../shared/time.tsx'
import classes from './tab.module.css'
import type { Bar } from './trend.ts'

const height = 320
const maxReasons = 20

export function WholeTrend({ bars }: { bars: Bar[] }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current!
    const style = getComputedStyle(element)
    const [line, ink, grid, failed] = ['--unread-mark', '--ink-soft', '--line', '--not-counted'].map(name =>
      colourOf(style.getPropertyValue(name)),
    )
    const font = `12px ${style.fontFamily}`
    const axis = { font, stroke: ink!, grid: { stroke: grid!, width: 1 }, ticks: { stroke: grid!, width: 1 } }
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false },
        series: [
          {
            label: 'Batch',
            value: (_, seconds) => (seconds ? exactTime(new Date(seconds * 1000).toISOString()) : '–'),
          },
          {
            label: 'Matches',
            stroke: line!,
            width: 2,
            fill: `${line}26`,
            points: { show: bars.length <= 200, size: 6 },
            value: (_, n) => (n === null ? '–' : figure(n)),
          },
          // On the line of nothing, where no count is.
          {
            label: 'Not counted',
            show: bars.some(isFailed),
            stroke: failed!,
            paths: () => null,
            points: { show: true, size: 9, fill: failed! },
            value: (_, n) => (n === null ? '–' : 'yes'),
          },
        ],
        axes: [
          { ...axis, space: 80, values: (_, at, _axis, _space, step) => datesOf(at, step) },
          {
            ...axis,
            size: 56,
            values: (_, ticks) => ticks.map(tick => (Number.isInteger(tick) ? figure(tick) : '')),
          },
        ],
        scales: { y: { range: (_, _min, max) => [0, Math.max(1, max * 1.1)] } },
      },
      [
        bars.map(({ timestamp }) => timeOf(timestamp).getTime() / 1000),
        bars.map(bar => (isFailed(bar) ? null : bar.count)),
        bars.map(bar => (isFailed(bar) ? 0 : null)),
      ],
      element,
    )
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      plot.destroy()
    }
  }, [bars])
  const total = bars.reduce((sum, bar) => sum + bar.count, 0)
  const failed = bars.filter(isFailed)
  const reasons = [...Map.groupBy(failed.toReversed(), ({ reason }) => reason)]
  const counted = `${count(total, 'match')} in ${count(bars.length - failed.length, 'batch')}`
  const missing = `${count(failed.length, 'batch')} ${failed.length === 1 ? 'was' : 'were'} not counted`
  const says = failed.length === 0 ? counted : `${counted}; ${missing}`
  return (
    <>
      <div ref={place} className={classes.whole} role="img" aria-label={says} />
      <Text size="sm" c="dimmed" mt="sm" className="figures">
        {says}
      </Text>
      {failed.length > 0 && (
        <Text component="ul" size="sm" my="xs" pl="md" aria-label="Not counted, latest first">
          {reasons.slice(0, maxReasons).map(([reason, batches]) => (
            <li key={reason}>
              <span className="name">{reason}</span>{' '}
              <Text span c="dimmed">
                {count(batches.length, 'batch')}
                {batches.length > 1 && ', the last'} on {exactTime(batches[0]!.timestamp)}
              </Text>
            </li>
          ))}
          {reasons.length > maxReasons && <li>and {figure(reasons.length - maxReasons)} other reasons</li>}
        </Text>
      )}
    </>
  )
}

const dayText = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const timeText = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const daySeconds = 86_400

/** Below the axis, in the reader's own way; the day below a time where it begins. */
function datesOf(at: number[], step: number): string[] {
  const days = at.map(seconds => dayText.format(seconds * 1000))
  if (step >= daySeconds) return days
  return at.map((seconds, i) => {
    const time = timeText.format(seconds * 1000)
    return days[i] === days[i - 1] ? time : `${time}\n${days[i]}`
  })
}

const isFailed = ({ reason }: Bar): boolean => reason !== undefined

/** `light-dark()` is for style sheets; a canvas wants one colour. */
function colourOf(value: string): string {
  const [, light, dark] = /^light-dark\((#\w+),\s*(#\w+)\)$/.exec(value.trim()) ?? []
  if (!light || !dark) return value.trim()
  return document.documentElement.dataset.mantineColorScheme === 'dark' ? dark : light
}
