import type { Box, Collector, Find } from './collect.ts'
import { readTable } from './read-table.ts'
import type { TableFile } from './table.ts'
import { textOf } from './values.ts'

const columns = ['filename', 'col_x', 'row_y', 'width', 'height', 'label']

/** `filename,col_x,row_y,width,height,label`: a row is an object in a picture. */
export const readObjectTable = (file: TableFile, find: Find, into: Collector): Promise<void> =>
  readTable(file, { known: columns, required: columns }, into, ({ where, cells }) => {
    const media = find(textOf(cells.get('filename')))
    if ('problem' in media) return into.fault(where, media.problem)
    const number = (column: string) => Number(cells.get(column) ?? Number.NaN)
    const box: Box = [number('col_x'), number('row_y'), number('width'), number('height')]
    into.object(media.path, where, textOf(cells.get('label')), box)
  })
