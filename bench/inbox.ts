// The two requests every client makes all day, on an inbox that has been in use for years: the unread count and the
// first page of the list, on 1,000,000 notifications of 1,000 users. Rival: the bare SQL, through the same driver.
import sql, { type Sql } from 'sql-template-tag'
import type { Database } from '../src/db/database.ts'
import { startTestApp } from '../test/support/app.ts'
import { type Figure, median, quantile } from './support/figures.ts'
import { type Ask, monotonicMs, startLoad } from './support/load.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { random } from './workload.ts'

const users = 1_000
const datasets = 100
const membersOfDataset = 100
const alertsOfDataset = 100 // × datasets × members = 1,000,000 notifications
const unreadShare = 0.3
const pageSize = 20

const warmUps = users // each reader once: the server knows the signatures of clients that poll
const singles = 1_000
const perSecond = 100
const steadySeconds = 20

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const app = await startTestApp({ place })
  const load = await startLoad()
  try {
    say(
      `${place.engine}: writing ${users * alertsOfDataset * (datasets / users) * membersOfDataset} notifications`,
    )
    const readers = await Promise.all(Array.from({ length: users }, (_, i) => app.user(`reader-${i}`)))
    await fill(app.db)

    const figures: Figure[] = []
    const pick = random(1)
    const anyReader = () => readers[Math.floor(pick() * users)]!
    for (const { name, path, bare } of requests) {
      say(`${place.engine}: ${name}`)
      const asks = (count: number): Ask[] =>
        Array.from({ length: count }, () => ({ path, token: anyReader().token }))
      const origin = app.url
      await load.request({ origin, asks: readers.map(({ token }) => ({ path, token })) })
      const answers = await load.request({ origin, asks: asks(singles) })
      const statements = await timeBare(app.db, () => bare(anyReader().id))
      const steady = await load.request({ origin, asks: asks(perSecond * steadySeconds), perSecond })
      figures.push(
        {
          name: `${name}, median, ${place.engine}`,
          value: median(answers),
          unit: 'ms',
          rival: { name: 'bare SQL', value: median(statements) },
          atMost: 3,
        },
        {
          name: `${name}, p99 at ${perSecond}/s, ${place.engine}`,
          value: quantile(steady, 0.99),
          unit: 'ms',
          atMost: 10,
        },
      )
    }
    return figures
  } finally {
    await load.stop()
    await app.close()
  }
}

// What the database must at least be asked for each answer.
const requests: { name: string; path: string; bare: (userId: string) => Sql[] }[] = [
  {
    name: 'unread count',
    path: '/api/v1/notifications/unread-count',
    bare: userId => [
      sql`select count(*) as count from notifications where user_id = ${userId} and read_at is null`,
    ],
  },
  {
    name: 'first page',
    path: `/api/v1/notifications?limit=${pageSize}`,
    bare: userId => [
      sql`select count(*) as total from notifications where user_id = ${userId}`,
      sql`
        select n.id, n.user_id, n.dataset_id, n.created_at, n.read_at, a.view_id, a.batch_id, a.view_name,
          a.dataset_name, a.result_count
        from notifications n join alerts a on a.id = n.alert_id
        where n.user_id = ${userId} order by n.created_at desc, n.seq desc limit ${pageSize}`,
    ],
  },
]

async function timeBare(db: Database, statementsOfAnyReader: () => Sql[]): Promise<number[]> {
  const latencies: number[] = []
  for (let i = 0; i < warmUps + singles; i++) {
    const statements = statementsOfAnyReader()
    const begun = monotonicMs()
    for (const statement of statements) await db.query(statement)
    if (i >= warmUps) latencies.push(monotonicMs() - begun)
  }
  return latencies
}

/** Each dataset has `membersOfDataset` neighbours of the row of users, and the alerts of all datasets alternate. */
async function fill(db: Database): Promise<void> {
  const step = users / datasets
  await db.transaction(async tx => {
    await tx.query(sql`
      create temporary table reader on commit drop as
        select id, row_number() over (order by email) - 1 as number from users`)
    await tx.query(sql`
      insert into datasets (display_name, owned_by, status)
      select 'dataset ' || i, (select id from reader where number = 0), 'READY'
      from generate_series(1, ${datasets}::int) i`)
    await tx.query(sql`
      insert into dataset_members (dataset_id, user_id, role)
      select dataset.id, reader.id, 'viewer'
      from (select id, row_number() over () - 1 as number from datasets) dataset
      join reader on (reader.number - dataset.number * ${step}::int + ${users}::int) % ${users}::int < ${membersOfDataset}::int`)
    await tx.query(sql`
      insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type,
        filters, matched, raised_at)
      select gen_random_uuid(), gen_random_uuid(), id, 'view ' || i % 10, display_name, i, 'IMAGES',
        '{"entity_type": "IMAGES", "threshold": "0", "caption": null, "vql": []}',
        array(select generate_series(1, i)), now() - (${alertsOfDataset}::int - i) * interval '1 hour'
      from datasets, generate_series(1, ${alertsOfDataset}::int) i`)
  })
  // In small transactions: the embedded engine has one connection, and the server's own reading waits for it.
  for (let round = 1; round <= alertsOfDataset; round++)
    await db.query(sql`
      insert into notifications (user_id, alert_id, dataset_id, created_at, read_at)
      select user_id, alerts.id, alerts.dataset_id, raised_at,
        case when random() < ${unreadShare}::float then null else raised_at + interval '10 minutes' end
      from alerts join dataset_members on dataset_members.dataset_id = alerts.dataset_id
      where cardinality(matched) = ${round}
      order by alerts.id, user_id`)
  await db.query(sql`vacuum analyze`)
}
