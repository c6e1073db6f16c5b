// What is marked on a picture, as a cell: a JSON list of labels with their boxes.
import { type Box, boxProblem, maxObjects, type ObjectAnnotation, textProblem } from './collect.ts'
import type { Cell } from './table.ts'
import { textOf } from './values.ts'

/** Those that can be read, and a sentence for each of the others. */
export function objectsOf(cell: Cell | undefined): { objects: ObjectAnnotation[]; problems: string[] } {
  const objects: ObjectAnnotation[] = []
  const problems: string[] = []
  if (cell === undefined) return { objects, problems }
  const list = parsed(cell)
  if (!Array.isArray(list)) return { objects, problems: [form('The column objects is no list')] }
  if (list.length > maxObjects)
    return { objects, problems: [`A picture has at most ${maxObjects} objects; these were left out.`] }
  for (const [i, one] of list.entries()) {
    const { label, bounding_box: box } = asRecord(one)
    const isBox = Array.isArray(box) && box.length === 4 && box.every(Number.isFinite)
    if (typeof label !== 'string' || !isBox) {
      problems.push(form(`Object ${i + 1} cannot be read`))
      continue
    }
    const problem = textProblem([label.trim()], null) ?? boxProblem(box as Box)
    if (problem) problems.push(`Object ${i + 1} was left out: ${problem}`)
    else objects.push({ label: label.trim(), box: box as Box })
  }
  return { objects, problems }
}

const form = (what: string) =>
  `${what} and was left out; write [{"label": "car", "bounding_box": [x, y, width, height]}].`

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** A list of Parquet's may hold its objects as texts. */
function parsed(cell: Cell): unknown {
  try {
    const list: unknown = Array.isArray(cell) ? cell : JSON.parse(textOf(cell))
    if (!Array.isArray(list)) return undefined
    return list.map(one => (typeof one === 'string' ? JSON.parse(one) : one))
  } catch {
    return undefined
  }
}
