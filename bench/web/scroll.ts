// Frame times of a person who scrolls through 100,000 pictures in Explore: fast, and without a pause.
import type { BrowserContext } from 'playwright-core'
import sql from 'sql-template-tag'
import { seedDataset } from '../../test/support/alerts.ts'
import type { TestApp } from '../../test/support/app.ts'
import { seedBatch } from '../../test/support/items.ts'

export const items = 100_000
const frames = 300
/** Two and a half rows of tiles a frame: what a thrown wheel does. */
const pxPerFrame = 400

/** Milliseconds from one frame to the next. */
export async function scrollFrames(
  app: TestApp,
  user: { id: string },
  context: BrowserContext,
): Promise<number[]> {
  const dataset = await seedDataset(app, [user], 'Large')
  const batch = await seedBatch(app, dataset, [])
  await app.db.query(sql`
    insert into items (dataset_id, batch_id, ordinal, kind, state, file_name)
    select ${dataset}, ${batch}, n, 'IMAGE', 'ready', n || '.png' from generate_series(1, ${items}::int) n`)
  const page = await context.newPage()
  await page.goto(`/datasets/${dataset}/explore`)
  await page.locator('[data-index="0"][data-media]').waitFor()
  const times = await page.evaluate(
    ({ frames, pxPerFrame }) =>
      new Promise<number[]>(done => {
        const times: number[] = []
        let before = 0
        requestAnimationFrame(function frame(now) {
          if (before > 0) times.push(now - before)
          before = now
          if (times.length === frames) return done(times)
          window.scrollBy(0, pxPerFrame)
          requestAnimationFrame(frame)
        })
      }),
    { frames, pxPerFrame },
  )
  await page.close()
  return times
}
