// Pages: many in a row group, rows that end in the next, and what another writer makes of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { rowsOf } from '../../../test/support/annotations.ts'

const optional = { repetition_type: 'OPTIONAL' } as const

test('however the pages are cut, and whether they are indexed or not, the rows are those that were written', async () => {
  const rows = Array.from({ length: 700 }, (_, i) => ({
    filename: `${i}.jpg`,
    label: i % 5 === 0 ? undefined : `label ${i % 3}`,
    sure: i % 7 === 0 ? undefined : i / 4,
    embedding: i % 4 === 0 ? undefined : Array.from({ length: i % 30 }, (_, n) => n + i / 8),
  }))
  const column = <Name extends keyof (typeof rows)[0]>(name: Name, offsetIndex: boolean) => ({
    name,
    offsetIndex,
    data: rows.map(row => row[name] ?? null),
  })
  for (const [pageSize, rowGroupSize, offsetIndex] of [
    [100, 700, false],
    [100, 700, true],
    [1000, 300, false],
    [2 ** 20, 700, false],
  ] as const) {
    const bytes = parquetWriteBuffer({
      pageSize,
      rowGroupSize,
      schema: [
        { name: 'root', num_children: 4 },
        { name: 'filename', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
        { name: 'sure', type: 'DOUBLE', ...optional },
        { name: 'embedding', ...optional, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'DOUBLE', ...optional },
      ],
      columnData: [
        column('filename', offsetIndex),
        column('label', offsetIndex),
        column('sure', offsetIndex),
        column('embedding', offsetIndex),
      ],
    })
    const { found, faults } = await rowsOf('rows.parquet', Buffer.from(bytes))
    assert.deepEqual(faults, [])
    const written = rows.map(row =>
      Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== undefined)),
    )
    assert.deepEqual(found, written, `${pageSize} ${rowGroupSize} ${offsetIndex}`)
  }
})

test('pages of the older kind, with lists and records, as DuckDB writes them', async () => {
  const { found, faults } = await rowsOf('duckdb.parquet', duckdb)
  assert.deepEqual(faults, [])
  const object = (label: string, ...box: number[]) => JSON.stringify({ label, bounding_box: box })
  assert.deepEqual(found, [
    {
      filename: 'a.jpg',
      labels: ['x', 'y'],
      caption: 'one',
      embedding: [1, 2.5],
      objects: [object('car', 1, 2, 30, 40)],
    },
    { filename: 'b.jpg' },
    { filename: 'c.jpg', labels: [], caption: 'two', embedding: [], objects: [] },
    {
      filename: 'd.jpg',
      labels: ['', 'z'],
      caption: 'two',
      embedding: [3, ''],
      objects: [object('dog', 5, 6, 7, 8), object('cat', 1, 1, 2, 2)],
    },
  ])
})

test('a page that claims more values than there is memory for is refused before it is decoded', async () => {
  const rows = 1_100_000
  const data = new Int32Array(rows).fill(7)
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [{ name: 'n', data, type: 'INT32', nullable: false }],
      rowGroupSize: rows,
      pageSize: 2 ** 30,
    }),
  )
  // Thrift's form of the count, zigzag in groups of seven bits, and of 67,108,863 in as many bytes.
  const [claimed, more] = [rows, 67_108_863].map(count =>
    Buffer.from(
      [count * 2, (count * 2) >> 7, (count * 2) >> 14, (count * 2) >> 21].map(
        (bits, i) => (bits & 0x7f) | (i < 3 ? 0x80 : 0),
      ),
    ),
  ) as [Buffer, Buffer]
  let patched = 0
  for (let at = bytes.indexOf(claimed); at >= 0; at = bytes.indexOf(claimed, at + 1), patched++)
    more.copy(bytes, at)
  assert.ok(patched > 2)
  const { found, faults } = await rowsOf('bomb.parquet', bytes)
  assert.equal(found.length, 0)
  assert.match(
    faults.at(-1)!,
    /^ ?The pages of the Parquet file would take more than \d+ bytes of memory; write smaller/,
  )
})

// copy (select * from (values
//  ('a.jpg', ['x', 'y'], 'one', [1, 2.5]::float[], [{'label': 'car', 'bounding_box': [1, 2, 30, 40]}]),
//  ('b.jpg', null, null, null, null),
//  ('c.jpg', [], 'two', []::float[], []),
//  ('d.jpg', [null, 'z'], 'two', [3, null]::float[], [{'label': 'dog', 'bounding_box': [5, 6, 7, 8]}, {'label': 'cat', 'bounding_box': [1, 1, 2, 2]}])
// ) t(filename, labels, caption, embedding, objects)) to 'duckdb.parquet' (format parquet)
const duckdb = Buffer.from(
  [
    'UEFSMRUAFVQVTCwVCBUAFQYVBgAAKjgCAAAACAEFAAAAYS5qcGcBCQBiEQk0Yy5qcGcFAAAAZC5qcGcVABXyARVSLBUMFQAVBhUG',
    'AAB5GCEAAABBIgB2AQAAQQElBE8OdiUAfgEAOAEAAAB4AQAAAHkBAAAAehUAFXQVRCwVCBUAFQYVBgAAOhghAAAAQQ0AdgEAUAMA',
    'AABvbmUDAAAAdHdvAwAAAHR3bxUAFewBFUgsFQwVABUGFQYAAHYYIQAAAEEiAHYBAABBASUETwt2JQCGAQAkgD8AACBAAABAQBUA',
    'FYQCFV4sFQoVABUGFQYAAIIBPAQAAAAIAAIBYQAAAEFESAD+AQByAQBQAwAAAGNhcgMAAABkb2cDAAAAY2F0FQAVuAMVogEsFRwV',
    'ABUGFQYAANwBJEEAAABBqICaCgDqAQAoYwAAAAgGQYht2zbqRgCCAQBgAQAAAAIAAAAeAAAAKAAAAAUAAAAGAAAABwF/CAAAAAEg',
    'LAEAAAACAAAAAgAAABUCGfwQNQAYDWR1Y2tkYl9zY2hlbWEVCgAVDCUCGAhmaWxlbmFtZSUAADUCGAZsYWJlbHMVAhUGADUEGARs',
    'aXN0FQIAFQwlAhgHZWxlbWVudCUAABUMJQIYB2NhcHRpb24lAAA1AhgJZW1iZWRkaW5nFQIVBgA1BBgEbGlzdBUCABUIJQIYB2Vs',
    'ZW1lbnQANQIYB29iamVjdHMVAhUGADUEGARsaXN0FQIANQIYB2VsZW1lbnQVBAAVDCUCGAVsYWJlbCUAADUCGAxib3VuZGluZ19i',
    'b3gVAhUGADUEGARsaXN0FQIAFQIlAhgHZWxlbWVudCUiABYIGRwZbCYAHBUMGRUAGRgIZmlsZW5hbWUVAhYIFnYWbiYIPBgFZC5q',
    'cGcYBWEuanBnFgAoBWQuanBnGAVhLmpwZxERAAAAJgAcFQwZFQAZOAZsYWJlbHMEbGlzdAdlbGVtZW50FQIWDBaWAhZ2JnY8GAF6',
    'GAF4FgYoAXoYAXgREQAAACYAHBUMGRUAGRgHY2FwdGlvbhUCFggWlgEWZibsATwYA3R3bxgDb25lFgIoA3R3bxgDb25lEREAAAAm',
    'ABwVCBkVABk4CWVtYmVkZGluZwRsaXN0B2VsZW1lbnQVAhYMFpACFmwm0gI8GAQAAEBAGAQAAIA/FgYoBAAAQEAYBAAAgD8REQAA',
    'ACYAHBUMGRUAGUgHb2JqZWN0cwRsaXN0B2VsZW1lbnQFbGFiZWwVAhYKFqgCFoIBJr4DPBgDZG9nGANjYXIWBCgDZG9nGANjYXIR',
    'EQAAACYAHBUCGRUAGWgHb2JqZWN0cwRsaXN0B2VsZW1lbnQMYm91bmRpbmdfYm94BGxpc3QHZWxlbWVudBUCFhwW3gMWyAEmwAQ8',
    'GAQoAAAAGAQBAAAAFgQoBCgAAAAYBAEAAAAREQAAABa4DBYIJggWgAYAKChEdWNrREIgdmVyc2lvbiB2MS41LjYgKGJ1aWxkIDA2',
    'OWNjOWY5YjUpGWwcAAAcAAAcAAAcAAAcAAAcAAAA/wIAAFBBUjE=',
  ].join(''),
  'base64',
)
