import { spawn } from 'node:child_process'
import { test } from 'node:test'

test('a test', () => {
  spawn('sleep', ['120'], { stdio: 'inherit', detached: true }).unref()
})
