// Programs that are told what to do by lines, and answer with lines.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Program {
  pid: number
  tell(lines: string): void
  /** The next line it prints. Throws when it ends instead. */
  line(): Promise<string>
  /** Ends its input, which ends the program. */
  stop(): Promise<void>
}

export function startProgram(command: string, args: string[]): Program {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  child.stdin.on('error', () => {}) // it is gone, which `line` reports
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const kill = () => child.kill()
  process.once('exit', kill)
  return {
    pid: child.pid!,
    tell: lines => void child.stdin.write(lines),
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${command} ended.`)
      return value
    },
    async stop() {
      child.stdin.end()
      await exited
      process.off('exit', kill)
    },
  }
}

/** Compiles `<name>.c`, which lies beside this file, into `folder`. */
export function compile(name: string, folder: string): string {
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url))
  const program = join(folder, name)
  try {
    execFileSync('cc', ['-O2', '-o', program, source])
  } catch (cause) {
    throw new Error('This benchmark needs a C compiler, `cc`. On Debian: apt-get install -y gcc libc6-dev', {
      cause,
    })
  }
  return program
}
