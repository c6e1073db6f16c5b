// The streams' far ends, in a process of their own which is the same for every server (client.c).
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProgram } from './program.ts'

/** Unanswered requests at a time: below the 511 connections which nginx and Node let wait. */
const maxInFlight = 256

export interface Tools {
  /** The compiled client.c. */
  client: string
  /** A temporary folder. */
  folder: string
}

export function startReaders(client: string, port: number, folder: string) {
  const program = startProgram(client, [String(port)])
  const ask = async (command: string): Promise<number[]> => {
    program.tell(`${command}\n`)
    return (await program.line()).split(' ').slice(1).map(Number)
  }
  return {
    /** Returns the milliseconds until every stream had its head. */
    async open(requests: string[]): Promise<number> {
      const file = join(folder, `requests-${program.pid}`)
      await writeFile(file, requests.join(''))
      const [, ns] = await ask(`open ${file} ${maxInFlight}`)
      return ns! / 1e6
    },
    /** When the first and the last of the next `events` events arrived, over all streams together. */
    async arrivals(events: number): Promise<{ firstMs: number; lastMs: number }> {
      const [, first, last] = await ask(`await ${events}`)
      return { firstMs: first! / 1e6, lastMs: last! / 1e6 }
    },
    close: () => ask('close'),
    /** They read nothing until `resume`. */
    pause: () => process.kill(program.pid, 'SIGSTOP'),
    resume: () => process.kill(program.pid, 'SIGCONT'),
    stop: program.stop,
  }
}
