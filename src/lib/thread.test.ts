import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startThread } from './thread.ts'

const here = new URL('../../test/support/mortal-thread.ts', import.meta.url).href

test('a thread that dies fails what was asked of it, and nothing that is asked of the next', async t => {
  const thread = startThread(here, 'mortal-thread')
  t.after(thread.close)
  await assert.rejects(thread.ask({ die: true }), /as you wish/)
  // At once: the first thread has failed, and has not ended yet.
  assert.deepEqual(await thread.ask({ die: false }), { die: false })
})
