// `npm run demo` is the first thing a newcomer sees; here it ends by itself after the last alert.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { belfry, start } from './support/cli.ts'
import { onPostgres } from './support/database.ts'

let home: string
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'belfry-demo-'))
})
after(() => rm(home, { recursive: true }))

const args = ['demo', '--exit', '--port', '0', '--data']
const skip = onPostgres && 'runs on the embedded engine'
const demo = () => belfry([...args, join(home, 'demo')], { BELFRY_TEST_CWD: home })

test('the demo shows alerts as they arrive, and what is unread', { skip }, async () => {
  const { code, stdout, stderr } = await demo()
  assert.equal(code, 0, stderr)
  assert.match(stdout, /starts with an empty folder/)
  assert.match(stdout, /Emoji: 400 pictures, indexed in/)
  assert.match(stdout, /▲ Ice cream +2 new matches +delivered \d+ ms after the commit/)
  const [, unread] = /Unread +(\d+) notifications/.exec(stdout)!
  assert.equal(stdout.match(/▲/g)?.length, Number(unread))
  assert.match(stdout, /Web inbox +http:\S+\/sign-in#[\w-]{43} \(signs you in, once\)/)
  assert.match(stdout, /curl -H "Authorization: Bearer ey/)
})

/** Runs it until it says so, and asks it to end. */
async function demoUntil(said: RegExp, ...more: string[]) {
  const demo = start([...args, join(home, 'demo'), ...more], { BELFRY_TEST_CWD: home })
  await demo.said(said, 'stdout')
  demo.child.kill('SIGINT')
  return (await demo.ended).stdout
}

test('a second run goes on', { skip }, async () => {
  const stdout = await demoUntil(/Batch 1 +200 pictures added/)
  assert.match(stdout, /goes on where the last run ended/)
  assert.match(stdout, /Emoji: 1,000 pictures from earlier runs/)
  assert.match(stdout, /▲/)
})

test('a clean run starts anew', { skip }, async () => {
  /** In folders of datasets and batches, which are named by their ids. */
  const media = async () =>
    (await readdir(join(home, 'demo', 'media'), { recursive: true })).filter(path =>
      /[0-9a-f-]{36}/.test(path),
    )
  const earlier = new Set(await media())
  assert.ok(earlier.size > 1200)
  const stdout = await demoUntil(/Server +http/, '--clean')
  assert.match(stdout, /starts with an empty folder/)
  assert.doesNotMatch(stdout, /goes on/)
  assert.deepEqual(
    (await media().catch(() => [])).filter(path => earlier.has(path)),
    [],
  )
})

test('nothing foreign is deleted', async () => {
  const foreign = join(home, 'foreign')
  await mkdir(foreign)
  await writeFile(join(foreign, 'thesis.txt'), 'years of work')
  const refused = await belfry([...args, foreign, '--clean'], { BELFRY_TEST_CWD: home })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /holds something that no demo made/)
  assert.deepEqual(await readdir(foreign), ['thesis.txt'])
})
