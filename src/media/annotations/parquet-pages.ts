// One column of a row group of a Parquet file, page by page. What is in memory of it is a page and its dictionary, however
// many rows the group has: writers put a million rows into one, and few of them write the index without which hyparquet reads a
// column as a whole. Hence its parts, which it exports.
import type { FileHandle } from 'node:fs/promises'
import type { ColumnChunk, Compressors, DecodedArray, SchemaTree } from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath, isFlatColumn } from 'hyparquet/src/schema.js'
import type { ColumnDecoder, PageHeader } from 'hyparquet/src/types.js'

/** The message is a sentence about the file. */
export class BrokenTable extends Error {}

/** Packed or unpacked; writers make pages of one megabyte. A page that claims more is a bomb. */
export const maxPageBytes = 64 * 2 ** 20
/** What is read to find the end of a page's header, which may hold the least and the greatest text of the page. */
const headerBytes = 64 * 2 ** 10

/** Arrays of rows, none of them empty. `hold` is told how much memory they are about to take, and may throw. */
export async function* pagesOf(
  file: FileHandle,
  { meta_data: meta, file_path: elsewhere }: ColumnChunk,
  schema: SchemaTree,
  compressors: Compressors,
  hold: (bytes: number) => void,
): AsyncGenerator<DecodedArray> {
  if (!meta || elsewhere) throw new BrokenTable('The Parquet file keeps its columns in other files.')
  const schemaPath = getTreePath(schema, meta.path_in_schema)
  const decoder: ColumnDecoder = {
    pathInSchema: meta.path_in_schema,
    type: meta.type,
    codec: meta.codec,
    element: schemaPath.at(-1)!.element,
    schemaPath,
    compressors,
    parsers: DEFAULT_PARSERS,
  }
  const isFlat = isFlatColumn(schemaPath)
  let at = Number(meta.dictionary_page_offset || meta.data_page_offset)
  const end = at + Number(meta.total_compressed_size)
  let dictionary: DecodedArray | undefined
  let dictionaryBytes = 0
  /** The last row of a page with lists may go on in the next. */
  let unfinished: DecodedArray = []
  while (at < end) {
    const begun = await bytesOf(file, at, Math.min(headerBytes, end - at))
    const reader = { view: viewOf(begun), offset: 0 }
    const header = parquetHeader(reader)
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header
    if (!(packed >= 0) || packed > maxPageBytes || unpacked > maxPageBytes)
      throw new BrokenTable(
        `A page of the Parquet file has more than ${maxPageBytes} bytes; write smaller pages.`,
      )
    const bodyAt = at + reader.offset
    const body =
      reader.offset + packed <= begun.length
        ? begun.subarray(reader.offset, reader.offset + packed)
        : await bytesOf(file, bodyAt, packed)
    at = bodyAt + packed
    const isDictionary = header.type === 'DICTIONARY_PAGE'
    const bytes = unpacked + memoryOf(header, decoder)
    if (isDictionary) dictionaryBytes = bytes
    hold(isDictionary ? bytes : dictionaryBytes + bytes)
    const before = isFlat ? undefined : unfinished
    const { data } = readPage({ view: viewOf(body), offset: 0 }, header, decoder, dictionary, before, 0)
    if (!data) continue
    if (isDictionary) dictionary = convert(data, decoder)
    else if (isFlat) {
      if (data.length > 0) yield data
    } else {
      unfinished = data.slice(-1)
      if (data.length > 1) yield data.slice(0, -1)
    }
  }
  if (unfinished.length > 0) yield unfinished
}

/**
 * What the values of a page take while they are decoded: measured, roughly. A page of a few bytes may claim millions of
 * them, and a thread whose heap they do not fit into may end the whole process.
 */
function memoryOf(header: PageHeader, { type, schemaPath }: ColumnDecoder): number {
  const { num_values: values = 0, encoding = 'PLAIN' } =
    header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header ?? {}
  const isText = type.endsWith('BYTE_ARRAY') && !encoding.endsWith('_DICTIONARY')
  return values * ((isText ? 160 : 8) + (isFlatColumn(schemaPath) ? 8 : 24))
}

async function bytesOf(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length)
  const { bytesRead } = await file.read(buffer, { position, length })
  if (bytesRead < length) throw new BrokenTable('The Parquet file is cut off.')
  return buffer
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
