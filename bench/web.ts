// What a reviewer waits for in the web inbox, in Debian's Chromium on the same machine: until the inbox obeys, until an
// alert that was committed is on every tab, and from frame to frame while 100,000 pictures are scrolled.
import type { Browser, BrowserContext } from 'playwright-core'
import { raiseIn, seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from '../test/support/app.ts'
import { createLibrary } from '../test/support/library.ts'
import { openBrowser, openWindow } from '../test/support/web.ts'
import { type Figure, median, quantile } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'
import { items, scrollFrames } from './web/scroll.ts'
import { interactiveMs, seenAt, watchPages } from './web/watch.ts'

/** The first page of the inbox is full, each alert with its pictures. */
const alerts = 25
const pictures = 12
const loads = 15
const tabs = ['/', '/tasks', '/', '/datasets', '/', '/account', '/', '/tasks']
const rounds = 40
const timeoutMs = 30_000

export const run = () => onBothEngines(measure)

async function measure(place: Place): Promise<Figure[]> {
  const browser = await openBrowser()
  const app = await startTestApp({ place })
  try {
    say(`${place.engine}: ${alerts} alerts`)
    const user = await app.user('ann')
    const library = await createLibrary(user, 'Street')
    for (let i = 0; i < alerts; i++) await library.watch(`view ${i}`, 'car')
    await library.add(Array.from({ length: pictures }, (_, i) => ({ name: `${i}.png`, labels: ['car'] })))

    say(`${place.engine}: ${loads} first loads`)
    const { first, again, thread, bytes } = await timeLoads(browser, app, user)
    say(`${place.engine}: ${rounds} alerts on ${tabs.length} tabs`)
    const seen = await timeAlerts(browser, app, user)
    say(`${place.engine}: scrolling through ${items} pictures`)
    const { context } = await openWindow(browser, app, { user })
    const frames = await scrollFrames(app, user, context)
    const name = (what: string) => `${what}, ${place.engine}`
    return [
      {
        name: name('first load to an inbox that obeys, median'),
        value: median(first),
        unit: 'ms',
        atMost: 1_500,
      },
      { name: name('first load, slowest'), value: Math.max(...first), unit: 'ms', atMost: 1_500 },
      { name: name('first load, processor time of the page'), value: median(thread), unit: 'ms' },
      { name: name('a load from the cache, median'), value: median(again), unit: 'ms', atMost: 1_500 },
      { name: name('compressed JavaScript of a first load'), value: bytes / 1_000, unit: 'kB', atMost: 250 },
      {
        name: name(`commit to every one of ${tabs.length} tabs, median`),
        value: median(seen),
        unit: 'ms',
        atMost: 1_000,
      },
      {
        name: name(`commit to every one of ${tabs.length} tabs, p99`),
        value: quantile(seen, 0.99),
        unit: 'ms',
        atMost: 1_000,
      },
      { name: name('frame to frame while scrolling, median'), value: median(frames), unit: 'ms', atMost: 17 },
      {
        name: name('frame to frame while scrolling, p99'),
        value: quantile(frames, 0.99),
        unit: 'ms',
        atMost: 50,
      },
    ]
  } finally {
    await browser.close()
    await app.close()
  }
}

/** Each first load has an empty cache; the second of the same browser has what the first one left. */
async function timeLoads(browser: Browser, app: TestApp, user: TestUser) {
  const first: number[] = []
  const again: number[] = []
  const thread: number[] = []
  let bytes = 0
  for (let i = -1; i < loads; i++) {
    const { context } = await openWindow(browser, app, { user })
    await watchPages(context)
    const counted = await countScripts(context)
    await counted.page.goto('/')
    const firstMs = await interactiveMs(counted.page, timeoutMs)
    bytes = Math.max(bytes, counted.bytes())
    const threadMs = await counted.processorMs()
    await counted.page.goto('/')
    const againMs = await interactiveMs(counted.page, timeoutMs)
    await context.close()
    if (i < 0) continue // the server's own first answers
    first.push(firstMs)
    thread.push(threadMs)
    again.push(againMs)
  }
  return { first, again, thread, bytes }
}

/** Scripts as they come over the wire, compressed, with their headers. */
async function countScripts(context: BrowserContext) {
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Performance.enable')
  const scripts = new Set<string>()
  let bytes = 0
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  /** Of the page's main thread: what a busy machine does not change. */
  async function processorMs(): Promise<number> {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'ThreadTime')!.value * 1_000
  }
  return { page, bytes: () => bytes, processorMs }
}

/** From the moment the commit is sent to the moment that a tab shows it, for each tab and alert. */
async function timeAlerts(browser: Browser, app: TestApp, { id }: TestUser): Promise<number[]> {
  const reader = await app.user('reader')
  const dataset = await seedDataset(app, [reader, { id }])
  const { context } = await openWindow(browser, app, { user: reader })
  await watchPages(context)
  const pages = []
  for (const path of tabs) {
    const page = await context.newPage()
    await page.goto(path)
    await page.getByRole('button', { name: 'Monitor alerts' }).waitFor()
    pages.push(page)
  }
  const delays: number[] = []
  for (let unread = 1; unread <= rounds; unread++) {
    const committingMs = await app.db.transaction(async tx => {
      await raiseIn(tx, dataset, { viewName: `view ${unread}` })
      return performance.timeOrigin + performance.now()
    })
    const seen = await Promise.all(pages.map(page => seenAt(page, unread, timeoutMs)))
    if (unread > 1) delays.push(...seen.map(at => at - committingMs)) // the first one wakes everything up
  }
  await context.close()
  return delays
}
