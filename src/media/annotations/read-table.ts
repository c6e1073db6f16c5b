import type { Collector } from './collect.ts'
import { readCsv } from './csv.ts'
import { readParquet } from './parquet.ts'
import type { Columns, OnRow, TableFile } from './table.ts'

/** Calls `onRow` for every row that can be read, and waits for what it returns. */
export const readTable = (
  file: TableFile,
  columns: Columns,
  into: Pick<Collector, 'fault'>,
  onRow: OnRow,
): Promise<void> => (/\.parquet$/i.test(file.path) ? readParquet : readCsv)(file, columns, into, onRow)
