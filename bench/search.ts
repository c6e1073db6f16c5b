// The search alone, without HTTP and without explore's rows: which of 100,000 vectors of 512 numbers are near enough to one.
// On PostgreSQL beside pgvector, where the server has it: over a copy of the same vectors, exactly, in memory.
import sql, { raw } from 'sql-template-tag'
import { openDatabase } from '../src/db/open.ts'
import { extensionVersion } from '../src/db/pgvector.ts'
import { type Hit, startSearch } from '../src/vectors/search.ts'
import { tilesOf, toUnitLength } from '../src/vectors/tile.ts'
import { tilesOfDataset, writeTiles } from '../src/vectors/vectors.ts'
import { type Figure, median } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'

const [items, dims, itemsPerTile, rounds] = [100_000, 512, 1000, 15]
const [model, minCosine, cacheMb] = ['bench', 0.6, 512]

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const db = await openDatabase(place)
  const search = startSearch(cacheMb * 2 ** 20)
  try {
    const pgvector = await extensionVersion(db)
    say(`${place.engine}: ${items} vectors, ${pgvector ? `pgvector ${pgvector}` : 'no pgvector'}`)
    const [dataset] = await db.query<{ id: string }>(sql`
      with owner as (insert into users (email, name) values ('bench', 'bench') returning id)
      insert into datasets (owned_by, display_name) select id, 'bench' from owner returning id`)
    const [batch] = await db.query<{ id: string }>(sql`
      insert into batches (dataset_id, state, accepted_seq, evaluated_at)
      values (${dataset!.id}, 'evaluated', 1, clock_timestamp()) returning id`)
    if (pgvector)
      await db.query(
        raw(`create extension vector; create table copied (ordinal integer, v vector(${dims}));
        alter table copied alter column v set storage plain`),
      )
    const centres = Array.from({ length: 500 }, () => noise(1))
    let [tilesMs, copiedMs] = [0, 0]
    for (let first = 0; first < items; first += itemsPerTile) {
      const embedded = Array.from({ length: itemsPerTile }, (_, i) => {
        const away = noise(0.8)
        const vector = toUnitLength(centres[(first + i) % centres.length]!.map((x, at) => x + away[at]!))
        return { ordinal: first + i, vector }
      })
      tilesMs += await timeMs(() =>
        db.transaction(tx => writeTiles(tx, batch!.id, tilesOf(model, 'IMAGE', embedded))),
      )
      if (!pgvector) continue
      const texts = embedded.map(({ vector }) => `[${vector.join()}]`)
      copiedMs += await timeMs(() =>
        db.query(sql`
          insert into copied select * from unnest(${embedded.map(({ ordinal }) => ordinal)}::integer[], ${texts}::text[]::vector[])`),
      )
    }
    await db.query(sql`analyze`)
    const vector = toUnitLength(centres[0]!)
    const tiles = await tilesOfDataset(db, dataset!.id, model, 'IMAGE')
    const ours = () => search.search(db, tiles, { vector, minCosine }, items)
    const cold = await timeMs(ours)
    const theirs = () =>
      db.query<{ ordinal: number }>(sql`
        select ordinal, -(v <#> ${`[${vector.join()}]`}::vector) as cosine from copied
        where v <#> ${`[${vector.join()}]`}::vector <= ${-minCosine}`)
    const figure = { name: `search, ${place.engine}`, unit: 'ms', ...(await timed(ours)) }
    if (!pgvector) return [figure, { name: `the same, first time, ${place.engine}`, value: cold, unit: 'ms' }]
    await assertSame((await ours())!, await theirs())
    const rival = { name: `pgvector ${pgvector}`, ...(await timed(theirs)) }
    const [size] = await db.query<{ tiles: number; copied: number }>(sql`
      select pg_total_relation_size('vector_tiles') / 1e6::float8 as tiles,
        pg_total_relation_size('copied') / 1e6::float8 as copied`)
    const beside = (value: number): NonNullable<Figure['rival']> => ({ name: rival.name, value })
    return [
      { ...figure, rival },
      { name: 'the same, first time', value: cold, unit: 'ms' },
      { name: 'writing', value: tilesMs / 1000, unit: 's', rival: beside(copiedMs / 1000) },
      { name: 'on disk', value: size!.tiles, unit: 'MB', rival: beside(size!.copied) },
    ]
  } finally {
    await search.close()
    await db.close()
  }
}

/** Those on the edge may differ: pgvector adds up in float32. */
async function assertSame(ours: Hit[], theirs: { ordinal: number }[]): Promise<void> {
  const found = new Set(theirs.map(({ ordinal }) => ordinal))
  const edge = ours.filter(({ cosine }) => cosine < minCosine + 1e-5).length
  const absent = ours.filter(({ ordinal }) => !found.has(ordinal)).length
  if (absent > edge || Math.abs(ours.length - theirs.length) > edge + 1)
    throw new Error(`pgvector finds ${theirs.length} where the search finds ${ours.length}.`)
}

async function timed(work: () => Promise<unknown>): Promise<{ value: number; range: [number, number] }> {
  const ms: number[] = []
  for (let i = 0; i < rounds; i++) ms.push(await timeMs(work))
  return { value: median(ms), range: [Math.min(...ms), Math.max(...ms)] }
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const noise = (scale: number): Float32Array =>
  Float32Array.from({ length: dims }, () => scale * (Math.random() + Math.random() - 1))
