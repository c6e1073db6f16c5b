// What a benchmark found: each figure beside what it is held against, as a table to read and as JSON to keep.
import { cpus, totalmem } from 'node:os'

export interface Figure {
  /** Unique within its benchmark. */
  name: string
  value: number
  /** The least and the most of the runs of which `value` is the median. */
  range?: [number, number]
  unit: string
  /** Another way to the same end, measured in the same run. Then the bound is one on value / rival. */
  rival?: { name: string; value: number; range?: [number, number] }
  /** What is to be reached: at most this, or at least that. Left out: told for orientation. */
  atMost?: number
  atLeast?: number
}

const ratioOf = ({ value, rival }: Figure) => rival && value / rival.value

/** undefined when nothing was to be reached. */
export function reached(figure: Figure): boolean | undefined {
  const held = ratioOf(figure) ?? figure.value
  if (figure.atMost !== undefined) return held <= figure.atMost
  if (figure.atLeast !== undefined) return held >= figure.atLeast
  return undefined
}

const rounded = (value: number) => Number(value.toPrecision(3))
const withRange = ({ value, range }: { value: number; range?: [number, number] }) =>
  range ? `${rounded(value)} (${range.map(rounded).join('–')})` : `${rounded(value)}`
const verdict = { true: 'yes', false: 'NO' }

function bound(figure: Figure): string {
  const unit = figure.rival ? '×' : ` ${figure.unit}`
  if (figure.atMost !== undefined) return `≤ ${figure.atMost}${unit}`
  if (figure.atLeast !== undefined) return `≥ ${figure.atLeast}${unit}`
  return ''
}

export function table(figures: Figure[]): string {
  const rows = figures.map(figure => {
    const { name, unit, rival } = figure
    const against = rival ? `${rival.name}: ${withRange(rival)} ${unit}` : ''
    const ratio = rival ? `${rounded(ratioOf(figure)!)}×` : ''
    const outcome = verdict[`${reached(figure)}` as keyof typeof verdict] ?? ''
    return [name, `${withRange(figure)} ${unit}`, against, ratio, bound(figure), outcome]
  })
  const lines = [['figure', 'measured', 'against', 'ratio', 'to reach', 'reached'], ...rows]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  const print = (line: string[]) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')
  return [print(lines[0]!), widths.map(width => '─'.repeat(width)).join('  '), ...lines.slice(1).map(print)]
    .map(line => line.trimEnd())
    .join('\n')
}

/** One line: {"bench", "machine", "figures": {name: {…}}}. */
export function json(bench: string, figures: Figure[]): string {
  const entries = figures.map(figure => {
    const { name, value, unit, range, rival, atMost, atLeast } = figure
    const ratio = ratioOf(figure)
    const against = rival && { rival: rival.name, rivalValue: rounded(rival.value), ratio: rounded(ratio!) }
    return [
      name,
      {
        value: rounded(value),
        unit,
        range: range?.map(rounded),
        ...against,
        atMost,
        atLeast,
        reached: reached(figure),
      },
    ]
  })
  return JSON.stringify({ bench, machine: machine(), figures: Object.fromEntries(entries) })
}

const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}`

/** The value below which the given share of the sample lies, e.g. `quantile(latencies, 0.99)`. */
export function quantile(sample: number[], share: number): number {
  if (sample.length === 0) throw new Error('Nothing was measured.')
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
}
export const median = (sample: number[]): number => quantile(sample, 0.5)
