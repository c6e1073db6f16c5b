// Tables that a benchmark puts into the documentation, between two comments that name it.
import { readFile, writeFile } from 'node:fs/promises'

export async function document(page: string, name: string, rows: (string | number)[][]): Promise<void> {
  const path = new URL(`../../docs/${page}`, import.meta.url)
  const text = await readFile(path, 'utf8')
  const [begin, end] = [`<!-- made by: npm run bench -- ${name} -->`, `<!-- end of ${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/${page} has no place for ${name}.`)
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  const [head, ...body] = rows
  const table = [line(head!), line(head!.map(() => '---')), ...body.map(line)].join('\n')
  await writeFile(path, `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`)
}
