// Text → picture and picture → picture on captioned pictures, through the API of a whole server, beside a plain search for
// the same words. What is right is said by the folder a picture is in.
import sql from 'sql-template-tag'
import type { Queryable } from '../src/db/database.ts'
import { startTestApp, type TestUser } from '../test/support/app.ts'
import { newDataset } from '../test/support/media.ts'
import { document } from './support/document.ts'
import type { Figure } from './support/figures.ts'
import { say } from './support/places.ts'
import { annotationsOf, readStamps, type Stamp } from './support/stamps.ts'

/** What a person would type, and the folders of which it speaks. */
const queries: [query: string, folders: RegExp][] = [
  ['a bird', /^animals\/birds/],
  ['an animal that lives on a farm', /^animals\/mammals/],
  ['fruit', /^food\/fruit/],
  ['vegetables', /^food\/vegetables/],
  ['a flower', /^plants\/flowers/],
  ['something to make music with', /^hobbies\/music/],
  ['a tool for repairs', /^household\/tools/],
  ['a planet', /^space\/planets/],
  ['something to wear', /^clothes/],
  ['an insect', /^animals\/insects/],
  ['christmas decoration', /^seasonal\/christmas/],
  ['a vehicle', /^vehicles/],
  ['sports equipment', /^sports/],
  ['a sea creature', /^animals\/(fish|shellfish)/],
]
const first = 10

export async function run(): Promise<Figure[]> {
  const stamps = await readStamps()
  const app = await startTestApp()
  try {
    const user = await app.user()
    say(`${stamps.length} pictures with captions; taking them in`)
    const files = await Promise.all(
      stamps.map(async ({ name, picture }) => ({ name, bytes: await picture() })),
    )
    // No labels: they would be the folders, and the answer.
    const captions = annotationsOf(stamps.map(({ name, caption }) => ({ name, label: '', caption })))
    const dataset = await newDataset(user.api, 'stamps', [...files, captions])
    const folderOf = new Map(stamps.map(({ name, folder }) => [name, folder]))
    const rows: (string | number)[][] = [['query', 'right pictures', 'by meaning', 'by words']]
    let [meaning, words] = [0, 0]
    for (const [query, folders] of queries) {
      const precision = async (filter: object) => {
        const found = await explore(user, dataset, filter)
        return found.filter(name => folders.test(folderOf.get(name)!)).length / first
      }
      const own = await precision({ text: { op: 'semantic', value: query, threshold: 0 } })
      const plain = await precision({ text: { op: 'fts', value: query.split(' ').join(' OR ') } })
      meaning += own / queries.length
      words += plain / queries.length
      rows.push([query, stamps.filter(({ folder }) => folders.test(folder)).length, own, plain])
    }
    rows.push(['**mean**', '', meaning.toFixed(2), words.toFixed(2)])
    await document('concepts/quality.md', 'retrieval', rows)
    const { hits, asked, chance } = await nearest(app.db, dataset, stamps)
    await document('concepts/quality.md', 'retrieval (likeness)', [
      ['pictures', 'the nearest is of the same folder', 'by chance'],
      [asked, (hits / asked).toFixed(2), chance.toFixed(2)],
    ])
    return [
      {
        name: 'text → picture, precision@10',
        value: meaning,
        unit: '',
        rival: { name: 'plain words', value: words },
        atLeast: 1,
      },
      {
        name: 'picture → picture, same folder@1',
        value: hits / asked,
        unit: '',
        rival: { name: 'chance', value: chance },
        atLeast: 1,
      },
    ]
  } finally {
    await app.close()
  }
}

async function explore(user: TestUser, dataset: string, filter: object): Promise<string[]> {
  const query = new URLSearchParams({ vql: JSON.stringify([filter]), page_size: `${first}` })
  const answer = await user.api(`/explore/${dataset}?${query}`)
  if (answer.status !== 200) throw new Error(await answer.text())
  const { clusters } = (await answer.json()) as { clusters: { previews: { file_name: string }[] }[] }
  return clusters.map(({ previews }) => previews[0]!.file_name)
}

/** Only folders with another picture in them can be met. */
async function nearest(db: Queryable, dataset: string, stamps: Stamp[]) {
  const pairs = await db.query<{ name: string; nearest: string }>(sql`
    select items.file_name as name, other.file_name as nearest
    from items join items other on other.id = items.nearest_id where items.dataset_id = ${dataset}`)
  const folderOf = new Map(stamps.map(({ name, folder }) => [name, folder]))
  const sizes = new Map<string, number>()
  for (const { folder } of stamps) sizes.set(folder, (sizes.get(folder) ?? 0) + 1)
  const asked = pairs.filter(({ name }) => sizes.get(folderOf.get(name)!)! > 1)
  const chances = asked.map(({ name }) => (sizes.get(folderOf.get(name)!)! - 1) / (stamps.length - 1))
  return {
    asked: asked.length,
    hits: asked.filter(pair => folderOf.get(pair.name) === folderOf.get(pair.nearest)).length,
    chance: chances.reduce((sum, one) => sum + one, 0) / chances.length,
  }
}
