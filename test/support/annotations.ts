// Annotation files in memory, read as from a slow disk.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { readAnnotations } from '../../src/media/annotations/annotations.ts'
import { readTable } from '../../src/media/annotations/read-table.ts'
import type { Cell } from '../../src/media/annotations/table.ts'

export const media = ['a.jpg', 'train/a.jpg', 'train/b.jpg', 'val/c.jpg', 'Übung.jpg', 'clip.mp4']
/** Chunks of a few bytes, so that every token is cut somewhere. */
export const inChunks = (content: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
    })(),
    { objectMode: false },
  )
const file = (path: string, content: string | Buffer, size = 7) => ({
  path,
  open: async () => inChunks(Buffer.from(content), size),
  local: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'belfry-table-'))
    await writeFile(join(folder, 'table'), content)
    return { path: join(folder, 'table'), release: () => rm(folder, { recursive: true }) }
  },
})
export const read = (path: string, content: string | Buffer, size?: number) =>
  readAnnotations([file(path, content, size)], media)
export const problemsOf = ({ problems }: { problems: { subject: string; problem: string }[] }) =>
  problems.map(({ subject, problem }) => `${subject}: ${problem}`)

/** A table as it is read, every column of it. */
export async function rowsOf(path: string, content: Buffer) {
  const found: Record<string, Cell>[] = []
  const faults: string[] = []
  const into = { fault: (where: string, problem: string) => faults.push(`${where} ${problem}`) }
  await readTable(file(path, content), { known: [], required: [] }, into, ({ cells }) => {
    found.push(Object.fromEntries(cells))
  })
  return { found, faults }
}
