// What processes cost, from /proc (Linux only).
import { readFile } from 'node:fs/promises'

/** Ticks in a second of /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export async function residentKb(pids: number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async pid =>
      Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** User and system time together. */
export async function processorSeconds(pids: number[]): Promise<number> {
  const times = await Promise.all(
    pids.map(async pid => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // The name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field of the line.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    }),
  )
  return times.reduce((sum, seconds) => sum + seconds, 0)
}
