// The web inbox in a real browser on a real server. The engine makes no difference to a page, and the API's own tests run on
// both: the suite leaves out on PostgreSQL what comes here.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { hashSessionToken, newSessionToken } from '../../src/auth/session.ts'
import { insertSession } from '../../src/auth/store.ts'
import { type TestApp, type TestUser, testApp } from './app.ts'
import { deadlineMs, launch, skip } from './browser.ts'
import { withDeadline } from './deadline.ts'

/** Builds the page when its sources changed, and opens a browser without a window. */
export async function openBrowser(): Promise<Browser> {
  const build = fileURLToPath(new URL('../../scripts/build-web.js', import.meta.url))
  execFileSync(process.execPath, [build], { timeout: deadlineMs })
  return launch()
}

/** For the tests of a file: a server, and windows that are closed after their test, and had no fault. */
export async function openWeb() {
  if (skip) return {} as never
  const browser = await openBrowser()
  after(() => withDeadline(browser.close(), 'the end of the browser'))
  const app = await testApp()
  const windowOf = async ({ on = app, ...options }: WindowOptions & { on?: TestApp } = {}) => {
    const opened = await openWindow(browser, on, options)
    after(async () => {
      await withDeadline(opened.context.close(), 'the end of a window')
      assert.deepEqual(opened.faults, [])
    })
    return opened
  }
  return { app, windowOf }
}

/** A window of its own, with the faults of its pages: an uncaught error, a blocked script, a broken request. */
export async function openWindow(
  browser: Browser,
  app: TestApp,
  { user, width = 1280, height = 800, ...options }: WindowOptions = {},
): Promise<{ context: BrowserContext; faults: string[]; open: (path?: string) => Promise<Page> }> {
  const context = await browser.newContext({
    viewport: { width, height },
    baseURL: app.url,
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(deadlineMs)
  const faults: string[] = []
  context.on('weberror', error => faults.push(String(error.error())))
  context.on('console', message => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      faults.push(message.text())
  })
  if (user) await context.addCookies([{ name: 'SESSION', value: await sessionOf(app, user), url: app.url }])
  const open = async (path = '/') => {
    const page = await context.newPage()
    await page.goto(path)
    return page
  }
  return { context, faults, open }
}
type WindowOptions = { user?: Pick<TestUser, 'id'>; width?: number; height?: number } & Pick<
  NonNullable<Parameters<Browser['newContext']>[0]>,
  'colorScheme' | 'reducedMotion' | 'permissions' | 'locale' | 'timezoneId' | 'deviceScaleFactor'
>

async function sessionOf(app: TestApp, { id }: Pick<TestUser, 'id'>): Promise<string> {
  const token = newSessionToken()
  await app.db.transaction(tx => insertSession(tx, id, hashSessionToken(token)))
  return token
}

export interface DroppedFile {
  name: string
  type: string
  base64: string
}

/** Drops files as a person does, from outside of the browser. */
export async function drop(on: Locator, files: DroppedFile[]): Promise<void> {
  const dataTransfer = await on.page().evaluateHandle(given => {
    const made = new DataTransfer()
    for (const { name, type, base64 } of given)
      made.items.add(new File([Uint8Array.from(atob(base64), char => char.charCodeAt(0))], name, { type }))
    return made
  }, files)
  await on.dispatchEvent('dragover', { dataTransfer })
  await on.dispatchEvent('drop', { dataTransfer })
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 AA on the page as it is now: one line each. */
export async function violations(page: Page): Promise<string[]> {
  // Not as a script element: the page's policy would refuse it, as it should.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    )
  })
}
