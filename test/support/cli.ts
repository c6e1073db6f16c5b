// The `belfry` command as a person runs it: a process of its own, its words, and its exit code.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const script = fileURLToPath(new URL('../../bin/belfry.js', import.meta.url))

/** Far beyond what a whole demo takes on a busy machine; beyond this it hangs. */
const deadlineMs = 240_000

type Environment = Record<string, string>

export interface Running {
  child: ChildProcess
  stdout: () => string
  stderr: () => string
  /** Resolves with the match once what was said matches; rejects when the process ends before, or hangs. */
  said: (pattern: RegExp, where?: 'stdout' | 'stderr') => Promise<RegExpExecArray>
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** Nothing of the developer's own profile or environment reaches the command. */
export function start(args: string[], env: Environment, nodeArgs: string[] = []): Running {
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env: { PATH: process.env.PATH!, HOME: '/nonexistent', ...env },
    cwd: env.BELFRY_TEST_CWD,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  const looks = new Set<() => void>()
  for (const where of ['stdout', 'stderr'] as const)
    child[where].setEncoding('utf8').on('data', chunk => {
      text[where] += chunk
      for (const look of looks) look()
    })
  const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(late)
    for (const look of looks) look()
    return { code: code as number | null, ...text }
  })
  const said: Running['said'] = (pattern, where = 'stderr') =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text[where])
        if (!match && child.exitCode === null && child.signalCode === null) return
        looks.delete(look)
        if (match) resolve(match)
        else reject(new Error(`belfry ${args.join(' ')} ended without ${pattern}: ${text.stderr}`))
      }
      looks.add(look)
      look()
    })
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, said, ended }
}

/** Runs a command to its end. */
export const belfry = (args: string[], env: Environment, nodeArgs?: string[]) =>
  start(args, env, nodeArgs).ended
