// The command line end to end: one server, and what a person does with it from the first user to the first alert.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Notification, SavedView, TaskDetail } from '@belfry/client'
import sharp from 'sharp'
import { belfry, type Running, start } from './support/cli.ts'
import { freshPlace, onPostgres, type TestPlace } from './support/database.ts'

let place: TestPlace
let home: string
let server: Running
let env: Record<string, string>
const run = (...args: string[]) => belfry(args, env)
/** Runs a command that must succeed, and reads its JSON. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as T
}

async function picture(folder: string, name: string, colour: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const image = { width: 64, height: 64, channels: 3, background: colour } as const
  await sharp({ create: image }).png().toFile(join(folder, name))
}

before(async () => {
  place = await freshPlace()
  home = await mkdtemp(join(tmpdir(), 'belfry-cli-'))
  env = {
    XDG_CONFIG_HOME: join(home, 'config'),
    BELFRY_DATA: place.dataFolder,
    BELFRY_LOG_LEVEL: 'warn',
    ...(place.databaseUrl && { DATABASE_URL: place.databaseUrl }),
  }
  server = start(['serve', '--port', '0'], env)
  const [, url] = await server.said(/Belfry\s+(http:\S+)/)
  env.BELFRY_URL = url!
  await server.said(/docs\n.*\n/)
})
after(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  await rm(home, { recursive: true })
  await place.remove()
})

test('serve says how to make the first user, and that command works', async () => {
  const [, args] = await server.said(
    /no user yet[^\n]*\n\s+http\S+\/first-run#\S+\n[^\n]*\n\s+.* (user create .*)\n/,
  )
  const words = args!.replaceAll("'", '').split(' ')
  const made = await run(...words)
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /Administrator {2}you@example\.com\nAPI key +bk_\w+\nAPI secret +\S+\n/)
  const profile = join(home, 'config/belfry/profile.json')
  assert.equal((await stat(profile)).mode & 0o777, 0o600)
  assert.equal(JSON.parse(await readFile(profile, 'utf8')).url, env.BELFRY_URL)
})

test('a second user does not take over a profile that works', async () => {
  const profile = () => readFile(join(home, 'config/belfry/profile.json'), 'utf8')
  const first = await profile()
  const made = await run('user', 'create', 'bob@example.com', '--name', 'Bob')
  assert.match(made.stderr, /Kept the profile/)
  assert.match(made.stdout, /^Web inbox {3}http:\/\/127\.0\.0\.1:\d+\/sign-in#\S+ \(signs in, once/m)
  assert.equal(await profile(), first)
  const again = await run('user', 'create', 'bob@example.com')
  assert.deepEqual([again.code, again.stderr], [1, 'A user with the email bob@example.com exists already.\n'])
})

test('a folder becomes a dataset, with its folders and annotations; what is broken is named', async () => {
  const folder = join(home, 'first')
  await picture(join(folder, 'day'), 'one.png', '#808080')
  await picture(join(folder, 'night'), 'two.png', '#050505')
  await writeFile(join(folder, 'broken.png'), 'not a picture')
  await writeFile(join(folder, 'notes.txt'), 'left out')
  await writeFile(
    join(folder, 'image_annotations.csv'),
    'filename,label,caption\nday/one.png,"[""car"",""road""]",a car\n',
  )
  const created = await run('dataset', 'create', 'Roads')
  assert.match(created.stdout, /^[0-9a-f-]{36}\n$/)
  const added = await run('add', 'Roads', folder)
  assert.equal(added.code, 0, added.stderr)
  assert.match(added.stderr, /Left out 1 file/)
  assert.match(added.stderr, /^broken\.png: /m)
  const [dataset] = await json<{ n_images: number; status_new: string }[]>('dataset', 'list')
  assert.deepEqual([dataset!.n_images, dataset!.status_new], [2, 'READY'])
})

test('views are saved, listed and previewed', async () => {
  const cars = ['view', 'create', 'Roads', 'Cars at night', '--label', 'car', '--label', 'bus']
  const view = await json<SavedView>(
    ...cars,
    '--issue',
    'dark:0.6',
    '--not-label',
    'toy',
    '--folder',
    'night',
  )
  assert.deepEqual(view.filters, {
    entity_type: 'IMAGES',
    threshold: '0',
    caption: null,
    vql: [
      { labels: { op: 'one_of', value: ['car', 'bus'] } },
      { labels: { op: 'not_one_of', value: ['toy'] } },
      { issues: { op: 'issue', value: 'dark', confidence_min: 0.6 } },
      { folders: { op: 'one_of', value: ['night'] } },
    ],
  })
  const dark = await run('view', 'create', 'Roads', 'Dark', '--issue', 'dark')
  assert.match(dark.stderr, /'Dark' watches Roads from now on/)
  const taken = await run('view', 'create', 'Roads', 'Dark')
  assert.equal(taken.code, 1)
  assert.equal(taken.stderr.trim().split('\n').length, 1)
  const { stdout: list } = await run('view', 'list', 'Roads')
  assert.match(list, /^NAME +MATCHES +LATEST +WATCHES +ID\nDark +0 +– +on +[0-9a-f-]{36}\nCars at night/)
  const { stdout: preview } = await run(
    'view',
    'preview',
    'Roads',
    '--vql',
    '[{"issues":{"op":"issue","value":"dark"}}]',
  )
  assert.match(preview, /night\/two\.png/)
  assert.match(preview, /1 match in the last 1 batch; alerts for 1 of them\./)
})

test('watch prints the alert as it happens, and goes on later where it was', async () => {
  const folder = join(home, 'second')
  for (const name of ['a.png', 'b.png']) await picture(folder, name, '#000000')
  const watch = start(['watch', '--json', '--dataset', 'Roads'], env)
  await watch.said(/Watching/)
  const task = await json<TaskDetail>('add', 'Roads', join(folder, 'a.png'), join(folder, 'b.png'))
  assert.equal(task.status, 'COMPLETED')
  const [line] = await watch.said(/^.*\n/, 'stdout')
  const { cursor, ...alert } = JSON.parse(line) as Notification & { cursor: string }
  assert.deepEqual(alert.metadata, {
    batch_id: task.batch_id,
    is_alert: true,
    view_name: 'Dark',
    dataset_name: 'Roads',
    result_count: 2,
  })
  watch.child.kill('SIGINT')
  const { code, stderr } = await watch.ended
  assert.equal(code, 0)
  assert.match(stderr, new RegExp(`watch --since ${cursor.replace('.', '\\.')} --dataset Roads'`))

  await json('add', 'Roads', join(folder, 'a.png'), '--reindex')
  const resumed = start(['watch', '--since', cursor], env)
  const [, matches] = await resumed.said(/Dark {2}(\d+) new match in Roads\n/, 'stdout')
  assert.equal(matches, '1')
  resumed.child.kill('SIGINT')
  assert.equal((await resumed.ended).stdout.trim().split('\n').length, 1)
})

test('notifications are listed and marked as read', async () => {
  const page = await json<{ notifications: Notification[] }>('notifications', 'list', '--unread')
  assert.deepEqual(
    page.notifications.map(({ metadata }) => metadata.result_count),
    [1, 2],
  )
  const { id } = page.notifications[0]!
  assert.equal((await run('notifications', 'read', id)).code, 0)
  assert.equal((await run('notifications', 'read', id)).code, 1)
  assert.match(
    (await run('notifications', 'list')).stdout,
    /^●? +WHEN.*\n {3}.*Dark +1 +Roads.*\n● .*Dark +2 +Roads/,
  )
  assert.equal(
    (await run('notifications', 'read-all', '--dataset', 'Roads')).stdout,
    'Marked 1 notification as read.\n',
  )
})

test('token prints a token that opens the API', async () => {
  const { stdout } = await run('token', '--minutes', '5')
  const answer = await fetch(`${env.BELFRY_URL}/api/v1/me`, {
    headers: { authorization: `Bearer ${stdout.trim()}` },
  })
  assert.equal(((await answer.json()) as { email: string }).email, 'you@example.com')
  assert.equal((await run('token', '--minutes', '1441')).code, 2)
})

test('doctor finds nothing wrong, and says what is', async () => {
  const well = await run('doctor')
  assert.equal(well.code, 0, well.stdout)
  assert.doesNotMatch(well.stdout, /✗/)
  assert.match(well.stdout, /✓ You are you@example\.com/)
  const ill = await belfry(['doctor', '--url', 'http://127.0.0.1:9'], env)
  assert.equal(ill.code, 1)
  assert.match(ill.stdout, /✗ No Belfry answers at http:\/\/127\.0\.0\.1:9\n {2}Start it with '.*serve'\./)
})

test('what goes wrong is one sentence and an exit code', async () => {
  const cases: [string[], number, RegExp][] = [
    [
      ['dataset', 'list', '--url', 'http://127.0.0.1:9'],
      1,
      /^No Belfry answers at .* Start it with '.*serve'/,
    ],
    [['dataset', 'list', '--url', 'belfry.example.com'], 2, /must start with http/],
    [['add', 'Rods', home], 1, /^There is no dataset 'Rods'\. You can see 'Roads'\.$/],
    [['add', 'Roads', join(home, 'absent')], 1, /^There is no .*absent\.$/],
    [['add', 'Roads', join(home, 'config')], 2, /^There is no picture in .*config\.$/],
    [['view', 'create', 'Roads', 'x', '--vql', '{'], 2, /^--vql must be a JSON array/],
    [['view', 'create', 'Roads', 'x', '--issue', 'smell'], 1, /^vql\[0\]\.issues\.value .*/],
    [['watch', '--since', 'yesterday'], 1, /cursor/i],
    [['dataset', 'list', '--api-key', 'x'], 2, /go together/],
    [['dataset', 'list', '--api-key', 'x', '--api-secret', 'y'], 1, /BELFRY_API_KEY/],
    [['serve', '--port', 'eighty'], 2, /^BELFRY_PORT must be a whole number/],
    [
      ['serve', '--host', '192.0.2.1', '--data', join(home, 'elsewhere')],
      1,
      /^This machine has no address 192\.0\.2\.1\. Choose .* BELFRY_HOST\.$/,
    ],
    [['serve', '--data', join(home, 'config/belfry/profile.json')], 1, /^.*profile\.json is no folder\.$/],
    [['frobnicate'], 2, /unknown command 'frobnicate'/],
  ]
  for (const [args, code, sentence] of cases) {
    const ended = await run(...args)
    assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`)
    assert.match(ended.stderr.trim(), sentence)
    assert.equal(ended.stdout, '')
    assert.doesNotMatch(ended.stderr, / {4}at /)
  }
})

test('a PostgreSQL that is not there is named as what is missing', async () => {
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:9/belfry'
  const { code, stderr } = await belfry(['serve'], { ...env, DATABASE_URL })
  assert.equal(code, 1)
  assert.match(stderr, /^PostgreSQL does not answer: .*ECONNREFUSED.*\. Check DATABASE_URL, .*\.$/m)
})

test('a dataset name that means two asks for an id', async () => {
  await run('dataset', 'create', 'Roads')
  const { code, stderr } = await run('view', 'list', 'Roads')
  assert.equal(code, 2)
  assert.match(stderr, /2 datasets are named 'Roads'; use an id: [0-9a-f-]{36}, [0-9a-f-]{36}\./)
})

test('two servers do not open one embedded folder', { skip: onPostgres }, async () => {
  const { code, stderr } = await run('serve', '--port', '0')
  assert.equal(code, 1)
  assert.match(stderr, /^Another Belfry is using /)
})

test('SIGTERM stops the server in order', async () => {
  const watch = start(['watch'], env)
  await watch.said(/Watching/)
  server.child.kill('SIGTERM')
  assert.equal((await server.ended).code, 0)
  await watch.said(/Connection lost: .* Trying again in/)
  watch.child.kill('SIGINT')
  assert.equal((await watch.ended).code, 0)
})

test('an old Node is told which one is needed', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' })`
  const ended = await belfry(['--version'], {}, [
    '--import',
    `data:text/javascript,${encodeURIComponent(old)}`,
  ])
  assert.equal(ended.code, 2)
  assert.match(ended.stderr, /^Belfry needs Node 22\.18 or newer; .*'npm start'/)
})
