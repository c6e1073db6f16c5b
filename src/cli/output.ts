// What a command says: results on standard output, everything else on standard error.
import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Coloured only when `stream` is a terminal that shows it. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(style, text, { stream })

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}
/** One line, so that scripts can read a stream of them. */
export const printJson = (value: unknown): void => print(JSON.stringify(value))

/** Columns as wide as their widest cell, under a dim heading. */
export function printTable(heading: string[], rows: string[][]): void {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  if (rows.length === 0) note('There are none.')
  else print(styled('dim', line(heading)))
  for (const row of rows) print(line(row))
}

/** `1 picture`, `2 pictures`. */
export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`

/** An instant of the API (UTC without a zone) in the local time of whoever reads. */
export const localTime = (instant: string): string =>
  new Date(`${instant}Z`).toLocaleString('sv', { hour12: false })
