// The Notifications API page, cut into its code blocks and table rows. Each is given out once; `unused` tells which
// ones no test asked for, so that nothing of the page goes unproven.
import { readFileSync } from 'node:fs'

const lines = readFileSync(new URL('./notifications-api.md', import.meta.url), 'utf8').split('\n')

export interface Block {
  /** The second-level heading above it. */
  section: string
  language: string
  code: string
}
export interface Row {
  section: string
  /** `parameters`, `fields`, `events` or `codes`, by the heading of its first column. */
  table: string
  cells: string[]
}

const blocks: Block[] = []
const rows: Row[] = []
let section = ''
let table = ''
for (let at = 0; at < lines.length; at++) {
  const line = lines[at]!.trim()
  if (line.startsWith('## ')) section = line.slice(3)
  else if (line.startsWith('```')) {
    const language = /^```(\w*)/.exec(line)![1]!
    const end = lines.indexOf('```', at + 1)
    blocks.push({ section, language, code: lines.slice(at + 1, end).join('\n') })
    at = end
  } else if (line.startsWith('|')) {
    const cells = line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.trim())
    if (!lines[at - 1]!.trim().startsWith('|')) table = cells[0]!
    else if (!/^[-: ]+$/.test(cells.join(''))) rows.push({ section, table, cells })
  } else table = ''
}

const unusedBlocks = new Set(blocks)
const unusedRows = new Set(rows)

export function takeBlocks(language: string): Block[] {
  const taken = blocks.filter(block => block.language === language)
  for (const block of taken) unusedBlocks.delete(block)
  return taken
}

/** Rows by their first cell without its markup, e.g. `limit` or `404`. */
export function takeRows(section: string, table: string): Map<string, string[]> {
  const taken = rows.filter(row => row.section === section && row.table === table)
  for (const row of taken) unusedRows.delete(row)
  return new Map(taken.map(({ cells }) => [cells[0]!.replace(/[`*]/g, ''), cells]))
}

export const unused = (): string[] => [
  ...[...unusedBlocks].map(block => `${block.section}: the ${block.language} block\n${block.code}`),
  ...[...unusedRows].map(row => `${row.section}: the row ${row.cells.join(' | ')}`),
]

/** How many pieces the page has; a page that could not be read would have none. */
export const pieces = blocks.length + rows.length
