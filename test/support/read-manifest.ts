// Reads a manifest in a process of its own, as `npm start` runs the server, and says what that took: its last line is
// JSON. `node --max-semi-space-size=8 test/support/read-manifest.ts <file>`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { embeddingReader } from '../../src/media/annotations/embedding.ts'
import { readManifest } from '../../src/media/sources/manifest.ts'

export interface ManifestRead {
  rows: number
  faults: string[]
  seconds: number
  /** The most memory that was resident, of which Node itself takes about 80 MB. */
  peakMb: number
}

export async function readInChild(path: string): Promise<ManifestRead> {
  const child = spawn(process.execPath, ['--max-semi-space-size=8', fileURLToPath(import.meta.url), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`Reading ${path} ended with ${code}.`)
  return JSON.parse(said.trim().split('\n').at(-1)!) as ManifestRead
}

if (import.meta.main) {
  const path = process.argv[2]!
  const faults: string[] = []
  let rows = 0
  const begun = performance.now()
  await readManifest(
    {
      path: basename(path),
      open: async () => createReadStream(path),
      local: async () => ({ path, release: async () => {} }),
    },
    { bucket: 'media', key: basename(path) },
    {
      fault: (where, problem) => faults.length < 10 && faults.push(`${where}: ${problem}`),
      readEmbedding: embeddingReader(undefined),
    },
    async () => {
      rows++
    },
  )
  const peakMb = (Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024) / 1e6
  console.log(JSON.stringify({ rows, faults, seconds: (performance.now() - begun) / 1000, peakMb }))
}
