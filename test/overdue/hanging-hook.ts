import { spawn } from 'node:child_process'
import { after, test } from 'node:test'

test('a test', () => {})
after(() => {
  spawn('sleep', ['120'], { stdio: 'inherit' })
  return new Promise(() => {})
})
