// Two replicas on one PostgreSQL, streams of many users on both, and a ledger of every event each stream was sent. The
// listening connections are cut, PostgreSQL is stopped and started, streams drop and resume on the other replica; in the
// end each stream's ledger must be its user's rows: none lost, none twice, none of another user, in order.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sql from 'sql-template-tag'
import { raiseAlert, seedDataset } from './support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from './support/app.ts'
import { onPostgres } from './support/database.ts'
import { until } from './support/deadline.ts'
import { openStream } from './support/stream.ts'
import { startPostgres, type TemporaryPostgres } from './support/temporary-postgres.ts'

const options = { skip: onPostgres ? false : 'the embedded engine has one process and no connection to lose' }
const users = 8

let postgres: TemporaryPostgres
let replicas: [TestApp, TestApp]
let people: TestUser[]
let datasets: string[]
before(async () => {
  if (!onPostgres) return
  postgres = await startPostgres({ durable: false })
  const dataFolder = await mkdtemp(join(tmpdir(), 'belfry-ledger-'))
  const place = {
    databaseUrl: postgres.url,
    dataFolder,
    remove: () => rm(dataFolder, { recursive: true, force: true }),
  }
  const env = { BELFRY_LOG_LEVEL: 'silent' }
  replicas = [await startTestApp({ place, env }), await startTestApp({ place, env })]
  people = await Promise.all(Array.from({ length: users }, () => replicas[0].user()))
  // Each dataset has its own mix of members: the first is everybody's.
  datasets = await Promise.all(
    [people, people.slice(0, 4), people.slice(3)].map(members => seedDataset(replicas[0], members)),
  )
})
after(async () => {
  if (!onPostgres) return
  await Promise.all(replicas.map(replica => replica.close()))
  await replicas[0].place.remove()
  await postgres.stop()
})

const at = (user: TestUser, replica: TestApp): TestUser => ({
  ...user,
  api: (path, init = {}) =>
    fetch(`${replica.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${user.token}`, ...init.headers },
    }),
})

interface Line {
  id: string
  userId: string
  cursor: string
}

/** A client: notes what it is sent, and reconnects, to the other replica, whenever it is cut. */
async function keepLedger(user: TestUser) {
  let turn = 0
  const connect = (cursor?: string) =>
    openStream(at(user, replicas[turn++ % 2]!), '', cursor === undefined ? {} : { 'Last-Event-ID': cursor })
  const lines: Line[] = []
  let errors = 0
  let stream = await connect()
  let cursor = stream.opening.id!
  let ended = false
  const reading = (async () => {
    while (!ended) {
      const block = await stream.nextBlock().catch(() => undefined)
      if (block?.event === 'error') errors++
      if (block?.event === 'notification') {
        const { id, user_id } = JSON.parse(block.data)
        cursor = block.id!
        lines.push({ id, userId: user_id, cursor })
      }
      if (block === undefined && !ended) stream = await connect(cursor)
    }
  })()
  return {
    user,
    lines,
    get errors() {
      return errors
    },
    drop: () => stream.close(),
    async end() {
      ended = true
      stream.close()
      await reading
    },
  }
}

/** Alerts of all datasets through both replicas at once, as two workers would commit them. */
const raiseEverywhere = (round: number) =>
  Promise.all(
    datasets.map((dataset, i) =>
      raiseAlert(replicas[(round + i) % 2]!, dataset, { viewName: `${round}.${i}` }),
    ),
  )

const cutListeners = () =>
  replicas[0].db.query(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen %' and pid <> pg_backend_pid()`)

const heard = async (replica: TestApp) => (await replica.db.query(sql`select 1`)).length === 1

test('whatever is cut, every stream gets its user’s notifications once and in order', options, async () => {
  const ledgers = await Promise.all(people.map(keepLedger))
  let round = 0
  const raise = async (times: number) => {
    for (let i = 0; i < times; i++) await raiseEverywhere(round++)
  }
  await raise(5)
  await cutListeners()
  await raise(5)
  for (const ledger of ledgers.slice(0, 4)) ledger.drop()
  await raise(5)
  await postgres.restart()
  await until(
    async () =>
      (await Promise.all(replicas.map(replica => heard(replica).catch(() => false)))).every(Boolean),
    'both replicas having their database back',
  )
  await raise(5)
  for (const ledger of ledgers.slice(4)) ledger.drop()
  await raise(5)

  for (const { user, lines } of ledgers) {
    const rows = await replicas[0].db.query<{ id: string }>(sql`
      select id from notifications where user_id = ${user.id} order by seq`)
    assert.ok(rows.length >= round, 'everybody is a member of the first dataset')
    await until(() => lines.length >= rows.length, `the last of ${rows.length} events of ${user.name}`)
    assert.deepEqual(
      lines.map(({ id }) => id),
      rows.map(({ id }) => id),
    )
    assert.ok(lines.every(({ userId }) => userId === user.id))
  }
  // Two outages: the listening connections, then the database itself.
  for (const { errors } of ledgers) assert.ok(errors <= 2, `${errors} error events`)
  await Promise.all(ledgers.map(ledger => ledger.end()))
})
