// Columns of one tile, from rows of `items` to what is stored.
import { type Pages, startOfRows } from '../../db/copy-rows.ts'
import { tileItems } from './bits.ts'
import { emptyColumn, type KeptName, readerOf, settle } from './kept-column.ts'
import type { TileKey } from './kept-tiles.ts'
import { type Packed, pack } from './packed-column.ts'

/** Rows of a binary COPY: the ordinal, then the columns. */
export function packColumns(tile: TileKey, names: KeptName[], pages: Pages): Packed[] {
  const items = Math.min(tileItems, Math.ceil((tile.end - tile.base) / 32) * 32)
  const columns = names.map(name => emptyColumn(name, items))
  const readers = columns.map((column, i) => readerOf(names[i]!, column))
  for (const page of pages) {
    const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
    for (let at = startOfRows(bytes); at < bytes.length; ) {
      if (bytes.readInt16BE(at) === -1) break // the end of the COPY
      const item = bytes.readInt32BE(at + 6) - tile.base
      at += 10
      for (const read of readers) {
        const length = bytes.readInt32BE(at)
        at += 4
        if (length < 0) continue
        read(bytes, at, at + length, item)
        at += length
      }
    }
  }
  for (const column of columns) settle(column)
  return columns.map((column, i) => ({ name: names[i]!, bytes: pack(column) }))
}
