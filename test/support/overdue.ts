// Node's runner gives each test its time, but waits for ever for a hook that hangs, and for a program that outlives its
// test file and holds its output open. Here both are ended, by name, so that a run has an end. Needs Linux's /proc.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface Limits {
  /** Of a file: its tests, and its hooks, which have no time limit of their own. */
  fileMs: number
  /** What a file started may go on for this long when the file has ended. */
  strayMs: number
  lookEveryMs: number
}

/** Of a command; a test file's stands at its end. */
const namedCharacters = 200
const markName = 'BELFRY_TEST_RUN'
const mark = `${markName}=${process.pid}`

/** Ends test files that take too long, with what they started, and what ended files left behind. */
export function endOverdue({ fileMs, strayMs, lookEveryMs }: Limits): void {
  if (!existsSync('/proc/self/stat')) return
  process.env[markName] = String(process.pid) // what a test starts inherits it
  let since = new Map<string, number>()
  const look = () => {
    const parents = new Map(processIds().map(pid => [pid, parentOf(pid)]))
    const underUs = (pid: number): boolean => {
      const parent = parents.get(pid)
      return parent !== undefined && (parent === process.pid || underUs(parent))
    }
    const tree = (pid: number): number[] => [
      pid,
      ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => tree(child)),
    ]
    const seen = new Map<string, number>()
    const over = (pid: number, kind: string, limitMs: number): boolean => {
      const key = `${kind} ${pid}`
      seen.set(key, since.get(key) ?? Date.now())
      return Date.now() - seen.get(key)! > limitMs
    }
    for (const [pid, parent] of parents) {
      if (parent === process.pid && over(pid, 'file', fileMs)) end('takes too long', tree(pid))
      else if (marked(pid) && !underUs(pid) && over(pid, 'stray', strayMs))
        end('outlived its test file', [pid])
    }
    since = seen
  }
  setInterval(look, lookEveryMs).unref()
}

/** For a program that ends by itself, and looks left behind before: a browser's crash handlers leave it at once. */
export function unmarked(): NodeJS.ProcessEnv {
  const { [markName]: _, ...env } = process.env
  return env
}

function end(why: string, pids: number[]): void {
  const command = read(pids[0]!, 'cmdline').replaceAll('\0', ' ')
  console.log(`Ended, because it ${why}: … ${command.slice(-namedCharacters)}`)
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // it has ended meanwhile
    }
  }
}

const processIds = () =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
// The second field is the program's name in parentheses, and may hold any character.
const parentOf = (pid: number) => Number(read(pid, 'stat').split(') ').at(-1)!.split(' ')[1])
const marked = (pid: number) => read(pid, 'environ').split('\0').includes(mark)

/** Nothing of a process that has ended meanwhile, or is not ours to read. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
