// However many rows a manifest has, and however few row groups they are in: what is in memory is pages and windows of them.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { writeParquet } from '../../../test/support/large-manifest.ts'
import { readInChild } from '../../../test/support/read-manifest.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-manifest-'))
})
after(() => rm(folder, { recursive: true }))

// A million rows take what these do: `npm run bench -- manifest`. The bound leaves 40 MB.
test('a Parquet manifest of 200,000 rows in one row group stays under 300 MB', async () => {
  const path = join(folder, 'one.parquet')
  await writeParquet(path, 200_000, 200_000)
  const { rows, faults, peakMb } = await readInChild(path)
  assert.deepEqual([rows, faults], [200_000, []])
  assert.ok(peakMb < 300, `${peakMb} MB`)
})
