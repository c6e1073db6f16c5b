// From `belfry serve` on the embedded engine to the first answer, and the memory it holds when nothing happens.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from './support/figures.ts'
import { say } from './support/places.ts'
import { residentKb } from './support/processes.ts'
import { serve } from './support/server-process.ts'

/** Long enough for what the start left behind to be collected. */
const idleMs = 15_000

export async function run(): Promise<Figure[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'belfry-bench-'))
  try {
    say('first start, on an empty folder')
    const first = await serve({ dataFolder })
    await first.stop()
    say('second start, then idle')
    const second = await serve({ dataFolder })
    await sleep(idleMs)
    const idleMb = (await residentKb([second.pid])) / 1024
    await second.stop()
    return [
      { name: 'first start to first answer', value: first.seconds, unit: 's', atMost: 15 },
      { name: 'later start to first answer', value: second.seconds, unit: 's', atMost: 4 },
      { name: 'resident memory, idle', value: idleMb, unit: 'MB', atMost: 350 },
    ]
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}
