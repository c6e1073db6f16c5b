// Takes the pictures of the web inbox for the README and docs/: plays the demo in a folder of its own and looks at its
// screens, light and dark. `npm run screenshots`, on a machine with Debian's chromium; names narrow it: `-- panel`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { createApp } from '../src/app.ts'
import { picturesFolder } from '../src/cli/demo/pictures.ts'
import { openPlace } from '../src/cli/demo/place.ts'
import { play } from '../src/cli/demo/story.ts'
import { readConfig } from '../src/config.ts'

interface Shot {
  name: string
  path: string
  /** What to do before the picture is taken. */
  prepare?: (page: Page) => Promise<unknown>
  width?: number
  height?: number
}

const openDataset = (tab: string) => async (page: Page) => {
  await page.getByRole('link', { name: 'Emoji' }).click()
  await page.getByRole('navigation', { name: 'Dataset' }).getByRole('link', { name: tab }).click()
}

const shots: Shot[] = [
  { name: 'inbox', path: '/' },
  { name: 'panel', path: '/', prepare: page => page.getByRole('button', { name: /Monitor alerts/ }).click() },
  { name: 'inbox-phone', path: '/', width: 390, height: 780 },
  { name: 'dataset', path: '/datasets', prepare: openDataset('Data') },
  {
    name: 'views',
    path: '/datasets',
    prepare: async page => {
      await openDataset('Views')(page)
      await page.getByRole('button', { name: 'Food & drink' }).click()
    },
  },
  {
    name: 'explore',
    path: '/datasets',
    prepare: async page => {
      await openDataset('Explore')(page)
      await page.locator('[data-index="3"]').click()
    },
  },
  { name: 'tasks', path: '/tasks' },
  { name: 'account', path: '/account' },
  // The last one: it marks its alert as read.
  {
    name: 'matches',
    path: '/',
    prepare: async page => {
      await page.getByRole('link', { name: 'Food & drink' }).first().click()
      await page.locator('[data-index="0"][data-media]').click()
    },
  },
]

const images = fileURLToPath(new URL('../docs/images', import.meta.url))
const wanted = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'belfry-screenshots-'))
const app = await createApp(
  readConfig({ BELFRY_DATA: join(folder, 'demo'), BELFRY_PORT: '0', BELFRY_LOG_LEVEL: 'error' }),
)
const demo = new AbortController()
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  await app.start()
  const place = await openPlace(join(folder, 'place'), false)
  const { link } = await play(app, place, picturesFolder(), demo.signal)
  await mkdir(images, { recursive: true })
  const first = await browser.newContext({ baseURL: app.url })
  const door = await first.newPage()
  await door.goto(link)
  await door.getByRole('button', { name: /Account of/ }).waitFor()
  const storageState = await first.storageState()
  for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
    for (const colorScheme of ['light', 'dark'] as const) {
      const { width = 1280, height = 800 } = shot
      const context = await browser.newContext({
        baseURL: app.url,
        viewport: { width, height },
        deviceScaleFactor: 2,
        reducedMotion: 'reduce',
        colorScheme,
        storageState,
        locale: 'en-GB',
      })
      await take(context, shot, `${shot.name}-${colorScheme}.png`)
      await context.close()
    }
} finally {
  demo.abort()
  await browser.close()
  await app.stop()
  await rm(folder, { recursive: true })
}

async function take(context: BrowserContext, { path, prepare }: Shot, name: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(path)
  await page.getByRole('button', { name: /Account of/ }).waitFor()
  await prepare?.(page)
  await page.mouse.move(2, 2) // what the pointer is on looks different
  await settled(page)
  const picture = await page.screenshot({ animations: 'disabled' })
  // A palette keeps a screenshot at a third of its size, without a difference to the eye.
  await writeFile(join(images, name), await sharp(picture).png({ palette: true, effort: 10 }).toBuffer())
  console.log(`docs/images/${name}`)
}

/** Every picture that is in view has come, and nothing loads any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1, [role=dialog]').first().waitFor()
  await page.waitForFunction(
    () =>
      !document.querySelector('[aria-busy=true]') &&
      [...document.images].every(
        ({ complete, loading, y }) => complete || (loading === 'lazy' && y > innerHeight),
      ),
  )
  await page.evaluate(() => document.fonts.ready)
}
