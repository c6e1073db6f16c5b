import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import sql from 'sql-template-tag'
import { startTestApp, type TestApp, type TestUser, testApp } from '../../test/support/app.ts'
import { freshPlace, onPostgres, type TestPlace } from '../../test/support/database.ts'
import {
  addMedia,
  emojiFiles,
  ended,
  form,
  newDataset,
  readTask,
  type SeenTask,
  until,
} from '../../test/support/media.ts'
import { chunkSize } from '../media/measure-batch.ts'

let place: TestPlace
let app: TestApp
let user: TestUser
let onStep: (step: string) => void | Promise<void>
before(async () => {
  place = await freshPlace()
  app = await startTestApp({ place, onStep: step => onStep(step) })
})
beforeEach(async () => {
  onStep = () => {}
  user = await app.user()
})
after(async () => {
  await app.close()
  await place.remove()
})

/** Holds the work at a step: `reached` resolves when it is there, and `release` lets it go on. */
function holdAt(wanted: string) {
  const reached = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  onStep = step => {
    if (step !== wanted) return
    reached.resolve()
    return held.promise
  }
  return { reached: reached.promise, release: () => held.resolve() }
}

async function startAddition(datasetId: string, from: number, to: number, fields = {}): Promise<string> {
  const answer = await addMedia(user.api, datasetId, form(await emojiFiles(from, to), fields))
  assert.equal(answer.status, 202, await answer.clone().text())
  return answer.headers.get('location')!
}

const post = (location: string, verb: string) =>
  user.api(`${location.replace('/api/v1', '')}/${verb}`, { method: 'POST' })
const detail = async (answer: Response) => ((await answer.json()) as { detail: string }).detail
const counts = async (batchId: string) =>
  Object.fromEntries(
    (
      await app.db.query<{ state: string; count: number }>(sql`
        select state, count(*) as count from items where batch_id = ${batchId} group by state`)
    ).map(({ state, count }) => [state, count]),
  )

test('a running task is aborted at its next boundary, keeps what came in, and is retried to the end', async () => {
  const id = await newDataset(user.api, 'Aborted', await emojiFiles(0, 1))
  const hold = holdAt('measured')
  const total = 3 * chunkSize
  const location = await startAddition(id, 1, 1 + total)
  await hold.reached
  const running = await readTask(user.api, location)
  assert.equal(running.dataset_status, 'READ_ONLY')
  assert.equal((await post(location, 'retry')).status, 409)
  assert.equal((await post(location, 'abort')).status, 200)
  hold.release()
  const aborted = await ended(user.api, location)
  assert.deepEqual([aborted.status, aborted.error_message], ['ABORTED', null])
  assert.equal(aborted.dataset_status, 'PARTIAL_INDEX')
  // One chunk was written, the next may have been measured meanwhile, the third was never begun.
  const { ready, pending } = await counts(aborted.batch_id)
  assert.ok(ready! >= chunkSize && ready! <= 2 * chunkSize, `${ready} came in`)
  assert.equal(pending, total - ready!)
  assert.match(await detail(await post(location, 'abort')), /is ABORTED already/)

  const [before] = await app.db.query<{ accepted_seq: number }>(sql`
    select accepted_seq from batches where id = ${aborted.batch_id}`)
  assert.equal((await post(location, 'retry')).status, 200)
  const done = await ended(user.api, location)
  assert.deepEqual([done.status, done.status_message], ['COMPLETED', `Added ${total} media files`])
  const [batch] = await app.db.query<{ accepted_seq: number; state: string }>(sql`
    select accepted_seq, state from batches where id = ${aborted.batch_id}`)
  assert.equal(batch!.state, 'evaluated')
  assert.ok(batch!.accepted_seq > before!.accepted_seq)
  assert.equal((await post(location, 'retry')).status, 409)
})

test('until an automatic reindex is done the dataset is READ ONLY; aborted there, it waits for one', async () => {
  const id = await newDataset(user.api, 'Automatic', await emojiFiles(0, 1))
  const hold = holdAt('reindex')
  const location = await startAddition(id, 1, 3, { auto_reindex: 'true' })
  await hold.reached
  const during = await readTask(user.api, location)
  await post(location, 'abort')
  hold.release()
  assert.equal(during.dataset_status, 'READ_ONLY')
  const aborted = await ended(user.api, location)
  assert.deepEqual([aborted.status, aborted.dataset_status], ['ABORTED', 'PARTIAL_INDEX'])
  assert.equal((await post(location, 'retry')).status, 200)
  const done = await ended(user.api, location)
  assert.deepEqual([done.status, done.dataset_status], ['COMPLETED', 'READY'])
})

test('a waiting task is aborted at once', async () => {
  const [busy, id] = [
    await newDataset(user.api, 'Busy', await emojiFiles(0, 1)),
    await newDataset(user.api, 'Waiting', await emojiFiles(0, 1)),
  ]
  const hold = holdAt('list')
  const first = await startAddition(busy, 1, 2)
  await hold.reached
  const location = await startAddition(id, 1, 2)
  assert.equal((await readTask(user.api, location)).status, 'PENDING')
  const aborted = (await (await post(location, 'abort')).json()) as SeenTask
  assert.deepEqual([aborted.status, aborted.dataset_status, aborted.start_time], ['ABORTED', 'READY', null])
  hold.release()
  assert.equal((await ended(user.api, first)).status, 'COMPLETED')
})

test('an error inside fails the task with one sentence, and a retry mends it', async () => {
  const id = await newDataset(user.api, 'Failing', await emojiFiles(0, 1))
  onStep = step => {
    if (step === 'record') throw new Error('secret internals')
  }
  const location = await startAddition(id, 1, 3)
  const failed = await ended(user.api, location)
  assert.equal(failed.status, 'FAILED')
  assert.match(failed.error_message!, /^Something failed inside Belfry; its log names the cause/)
  assert.equal(failed.dataset_status, 'PARTIAL_INDEX')
  onStep = () => {}
  // While another operation runs, it must wait.
  const hold = holdAt('list')
  const other = await startAddition(id, 3, 4)
  await hold.reached
  const blocked = await post(location, 'retry')
  assert.equal(await detail(blocked), "Operation 'retry' is blocked while MEDIA_ADDITION task is running")
  hold.release()
  await ended(user.api, other)
  assert.equal((await post(location, 'retry')).status, 200)
  assert.equal((await ended(user.api, location)).status, 'COMPLETED')
})

test('tasks are listed, filtered, sorted and paged for members only', async () => {
  const one = await newDataset(user.api, 'Alpha pictures', await emojiFiles(0, 1))
  const two = await newDataset(user.api, 'Beta', await emojiFiles(0, 1))
  const location = await startAddition(one, 1, 2)
  await ended(user.api, location)
  const list = async (query: string, as = user) => {
    const answer = await as.api(`/tasks?${query}`)
    assert.equal(answer.status, 200, await answer.clone().text())
    return (await answer.json()) as { tasks: SeenTask[]; total: number; page: number; page_size: number }
  }
  const all = await list('')
  assert.deepEqual([all.total, all.page, all.page_size], [3, 1, 20])
  assert.deepEqual(Object.keys(all.tasks[0]!), [
    'task_id',
    'dataset_id',
    'dataset_name',
    'dataset_status',
    'created_by',
    'task_type',
    'status',
    'status_message',
    'progress_percentage',
    'error_message',
    'start_time',
    'end_time',
  ])
  assert.equal(all.tasks[0]!.task_id, location.split('/').at(-1), 'newest first')
  const totals = {
    [`dataset_id=${two}`]: 1,
    'dataset_name=PICT': 2,
    'task_type=MEDIA_ADDITION': 1,
    'task_status=COMPLETED': 3,
    'task_status=FAILED': 0,
    [`created_by=${encodeURIComponent(user.email.toUpperCase())}`]: 3,
    'created_by=nobody@example.com': 0,
    'start_time_from=2000-01-01': 3,
    'start_time_from=2999-01-01T00:00:00Z': 0,
    [`start_time_to=${all.tasks[0]!.start_time}`]: 3,
    [`start_time_to=${all.tasks[1]!.start_time}`]: 2,
    'dataset_id=00000000-0000-0000-0000-000000000000': 0,
  }
  for (const [query, total] of Object.entries(totals)) assert.equal((await list(query)).total, total, query)
  const names = async (query: string) =>
    (await list(query)).tasks.map(task => (task as unknown as { dataset_name: string }).dataset_name)
  assert.deepEqual(await names('sort_by=dataset_name&sort_order=asc'), [
    'Alpha pictures',
    'Alpha pictures',
    'Beta',
  ])
  assert.deepEqual(await names('page=2&page_size=5'), [])

  for (const bad of [
    'page=0',
    'page_size=4',
    'page_size=51',
    'page=x',
    'sort_by=id',
    'sort_order=up',
    'task_type=NAP',
    'task_status=DONE',
    'dataset_id=7',
    'start_time_from=yesterday',
    'start_time_to=2026-02-30',
  ])
    assert.equal((await user.api(`/tasks?${bad}`)).status, 422, bad)

  const filters = (await (await user.api('/tasks/filters')).json()) as Record<string, unknown>
  assert.deepEqual(filters.created_by, [user.email])
  assert.deepEqual(filters.datasets, [
    { dataset_id: one, dataset_name: 'Alpha pictures' },
    { dataset_id: two, dataset_name: 'Beta' },
  ])

  const stranger = await app.user()
  assert.equal((await list('', stranger)).total, 0)
  for (const [method, verb] of [
    ['GET', ''],
    ['POST', '/abort'],
    ['POST', '/retry'],
  ] as const)
    assert.equal((await stranger.api(location.replace('/api/v1', '') + verb, { method })).status, 404)
  await app.db.query(sql`
    insert into dataset_members (dataset_id, user_id, role) values (${one}, ${stranger.id}, 'viewer')`)
  assert.equal((await list('', stranger)).total, 2)
  assert.equal(
    (await stranger.api(`${location.replace('/api/v1', '')}/retry`, { method: 'POST' })).status,
    403,
  )
})

test('a stopped server gives its task back, and the next one goes on where it was', async () => {
  const id = await newDataset(user.api, 'Restarted', await emojiFiles(0, 1))
  const hold = holdAt('measured')
  const location = await startAddition(id, 0, 2 * chunkSize + 5)
  await hold.reached
  const stopped = app.close()
  hold.release()
  await stopped
  const steps: string[] = []
  app = await startTestApp({ place, onStep: step => void steps.push(step) }) // the file's, from here on
  const api: TestUser['api'] = (path, init) =>
    fetch(`${app.url}/api/v1${path}`, { ...init, headers: { authorization: `Bearer ${user.token}` } })
  assert.equal((await ended(api, location)).status, 'COMPLETED')
  assert.deepEqual([...new Set(steps)], ['measure', 'measured', 'compare', 'record', 'commit', 'done'])
  const [task] = await app.db.query<{ attempts: number }>(sql`
    select attempts from tasks where id = ${location.split('/').at(-1)}`)
  assert.equal(task!.attempts, 1, 'being given back is no failed attempt')
})

test('a worker that lost its lease writes nothing beside its successor', { skip: !onPostgres }, async () => {
  // Two replicas on one database: the first is held up, the second takes over, then the first goes on.
  const first = await testApp({ onStep: step => onStep(step) })
  const owner = await first.user()
  const id = await newDataset(owner.api, 'Replicas', await emojiFiles(0, 1))
  const hold = holdAt('record')
  const answer = await addMedia(owner.api, id, form(await emojiFiles(1, 4)))
  await hold.reached
  const location = answer.headers.get('location')!
  onStep = () => hold.release()
  const second = await testApp({ place: first.place, env: { BELFRY_TASK_LEASE_MS: '500' } })
  await first.db.query(sql`
    update tasks set lease_until = clock_timestamp() where id = ${location.split('/').at(-1)}`)
  const task = await ended(owner.api, location)
  assert.equal(task.status, 'COMPLETED')
  hold.release()
  await until(async () => {
    const held = await first.db.query(sql`
      select from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`)
    return held.length === 0 ? true : undefined
  })
  assert.deepEqual(await readTask(owner.api, location), task)
  await second.close()
  await first.close()
})
