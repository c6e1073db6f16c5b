// Manifests of as many rows as are wanted, each with a caption of its own.
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parquetWriteBuffer } from 'hyparquet-writer'

const words = ['road', 'car', 'night', 'rain', 'tree', 'dog', 'sun', 'truck', 'sign', 'bridge']
const word = (i: number) => words[i % words.length]!
const name = (i: number) => `camera-${i % 17}/2026/03/${String(i).padStart(9, '0')}.jpg`
const caption = (i: number) => `A ${word(i)} and a ${word(i >> 3)} near the ${word(i >> 7)}, number ${i}`

/** In row groups of `group` rows. Without an index of the pages, as most writers leave it out. */
export async function writeParquet(path: string, rows: number, group: number): Promise<void> {
  const column = (name: string, type: 'STRING' | 'DOUBLE' | 'TIMESTAMP', of: (i: number) => unknown) => ({
    name,
    type,
    offsetIndex: false,
    data: Array.from({ length: rows }, (_, i) => of(i)),
  })
  const columnData = [
    column('filename', 'STRING', name),
    column('label', 'STRING', i => `label ${i % 40}`),
    column('caption', 'STRING', caption),
    column('speed', 'DOUBLE', i => i * 0.37),
    column('taken', 'TIMESTAMP', i => new Date(1.7e12 + i * 1000)),
  ]
  await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: group })))
}

export async function writeCsv(path: string, rows: number): Promise<void> {
  const lines = function* () {
    yield 'filename,label,caption,speed,taken\n'
    for (let i = 0; i < rows; i++)
      yield `${name(i)},label ${i % 40},"${caption(i)}",${i * 0.37},${new Date(1.7e12 + i * 1000).toISOString()}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
}
