// Every point of a trend; drawn by uPlot, which stays quick with ten thousand of them.
import type { Trend } from '@belfry/client'
import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { count, figure } from '../shared/count.ts'
import { exactTime, timeOf } from '../shared/time.tsx'

const height = 320

export function WholeTrend({ points }: { points: Trend['points'] }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current!
    const style = getComputedStyle(element)
    const [line, ink, grid] = ['--unread-mark', '--ink-soft', '--line'].map(name =>
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
            points: { show: points.length <= 200, size: 6 },
            value: (_, n) => (n === null ? '–' : figure(n)),
          },
        ],
        axes: [
          axis,
          {
            ...axis,
            size: 56,
            values: (_, ticks) => ticks.map(tick => (Number.isInteger(tick) ? figure(tick) : '')),
          },
        ],
        scales: { y: { range: (_, _min, max) => [0, Math.max(1, max * 1.1)] } },
      },
      [points.map(({ timestamp }) => timeOf(timestamp).getTime() / 1000), points.map(point => point.count)],
      element,
    )
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      plot.destroy()
    }
  }, [points])
  const total = points.reduce((sum, point) => sum + point.count, 0)
  return (
    <>
      <div
        ref={place}
        role="img"
        aria-label={`${count(total, 'match')} in ${count(points.length, 'batch')}`}
      />
      <Text size="sm" c="dimmed" mt="sm" className="figures">
        {count(total, 'match')} in {count(points.length, 'batch')}
      </Text>
    </>
  )
}

/** `light-dark()` is for style sheets; a canvas wants one colour. */
function colourOf(value: string): string {
  const [, light, dark] = /^light-dark\((#\w+),\s*(#\w+)\)$/.exec(value.trim()) ?? []
  if (!light || !dark) return value.trim()
  return document.documentElement.dataset.mantineColorScheme === 'dark' ? dark : light
}
