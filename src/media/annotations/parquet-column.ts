// A column of a table, taken in windows of rows. In Parquet it is one physical column, or, for lists and records, several
// whose pages end at rows of their own.
import type { FileHandle } from 'node:fs/promises'
import type { Compressors, DecodedArray, RowGroup, SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { pagesOf } from './parquet-pages.ts'

export interface TableColumn {
  isFlat: boolean
  /** Rows that can be taken; reads on when there are none. 0: the column has ended. */
  ready(): Promise<number>
  take(rows: number): DecodedArray
}

interface Leaf {
  path: string
  pages: AsyncGenerator<DecodedArray>
  page: DecodedArray
  taken: number
}

/** The column `name` of a row group. `hold` is told what each physical column holds unpacked. */
export function tableColumn(
  file: FileHandle,
  { columns }: RowGroup,
  schema: SchemaTree,
  name: string,
  compressors: Compressors,
  hold: (path: string, bytes: number) => void,
): TableColumn {
  const field = schema.children.find(({ element }) => element.name === name)!
  const leaves = columns
    .filter(({ meta_data }) => meta_data?.path_in_schema[0] === name)
    .map((chunk): Leaf => {
      const path = chunk.meta_data!.path_in_schema.join('.')
      const pages = pagesOf(file, chunk, schema, compressors, bytes => hold(path, bytes))
      return { path, pages, page: [], taken: 0 }
    })

  const takeFrom = (leaf: Leaf, rows: number): DecodedArray => {
    const from = leaf.taken
    leaf.taken += rows
    return leaf.page.slice(from, leaf.taken)
  }

  const isFlat = field.children.length === 0
  return {
    isFlat,
    async ready() {
      for (const leaf of leaves) {
        if (leaf.taken < leaf.page.length) continue
        leaf.page = (await leaf.pages.next()).value ?? []
        leaf.taken = 0
      }
      return Math.min(...leaves.map(({ page, taken }) => page.length - taken))
    },
    take(rows) {
      if (isFlat) return takeFrom(leaves[0]!, rows)
      const parts = new Map(leaves.map(leaf => [leaf.path, takeFrom(leaf, rows)]))
      assembleNested(parts, field, DEFAULT_PARSERS)
      return parts.get(name)!
    },
  }
}
