// The web inbox is live on every tab, marked once and for all, also when the server restarts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { raiseAlert, seedDataset } from './support/alerts.ts'
import { testApp } from './support/app.ts'
import { badge, openPanel } from './support/bell.ts'
import { skip } from './support/browser.ts'
import { freshPlace } from './support/database.ts'
import { createLibrary } from './support/library.ts'
import { until } from './support/media.ts'
import { lastingPort } from './support/port.ts'
import { openWeb, violations } from './support/web.ts'

const { app, windowOf } = await openWeb()

const gone = (page: Page, text: string) => page.getByText(text).first().waitFor({ state: 'hidden' })
/** What is on screen has been seen by the page too. */
const painted = (page: Page) =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))

test('an alert appears on every tab, opens exactly what matched, and is read everywhere', {
  skip,
}, async () => {
  const ann = await app.user('path')
  const library = await createLibrary(ann, 'Street')
  await library.watch('Damaged windshields', 'damaged')
  const { open } = await windowOf({ user: ann })
  const [one, other] = [await open(), await open('/tasks')]
  await one.getByText('Nothing has matched yet').waitFor()
  await badge(other, 0)

  await library.add([
    { name: 'a.png', labels: ['damaged'] },
    { name: 'b.png', labels: ['fine'] },
    { name: 'c.png', labels: ['damaged'] },
  ])
  await badge(one, 1)
  await badge(other, 1)
  assert.match(await other.title(), /^\(1\) Tasks/)
  assert.match((await other.locator('link[rel=icon]').getAttribute('href'))!, /^data:image\/png/)
  await one.getByText('2 new matches').waitFor()
  await other.getByText('Added 3 media files').waitFor()

  const panel = await openPanel(one)
  await panel.getByText('Damaged windshields').waitFor()
  await panel.locator('article img').nth(1).waitFor()
  assert.equal(await panel.locator('article img').count(), 2, 'thumbnails of what matched')
  assert.deepEqual(await violations(one), [])
  await panel.getByRole('link', { name: 'Damaged windshields' }).click()
  await one.getByText('2 matches').waitFor()
  assert.match(new URL(one.url()).pathname, /^\/datasets\/[0-9a-f-]{36}\/explore$/)
  await one.locator('[data-media]').nth(1).waitFor()
  assert.deepEqual(
    await one.locator('[data-media]').evaluateAll(tiles => tiles.map(tile => tile.textContent)),
    ['a.png', 'c.png'],
  )
  await badge(one, 0)
  await badge(other, 0)
  await one.locator('[data-media]').first().click()
  const details = one.getByRole('complementary', { name: 'Details' })
  await details.getByText('label damaged').waitFor()
  await one.keyboard.press('ArrowRight')
  await details.getByText('c.png').waitFor()
  assert.deepEqual(await violations(one), [])
})

test('closing the panel marks what it showed as read, unless that is turned off', { skip }, async () => {
  const ann = await app.user('closing')
  const dataset = await seedDataset(app, [ann])
  await raiseAlert(app, dataset, { viewName: 'first' })
  const { open } = await windowOf({ user: ann })
  const [one, other] = [await open('/tasks'), await open('/tasks')]
  const panel = await openPanel(one)
  await panel.getByText('first').waitFor()
  await painted(one)
  await one.keyboard.press('Escape')
  await badge(one, 0)
  await badge(other, 0)

  await openPanel(one)
  await one.getByRole('button', { name: 'Settings of alerts' }).click()
  await one.getByRole('menuitemcheckbox', { name: /Closing the panel/ }).click()
  await raiseAlert(app, dataset, { viewName: 'second' })
  await panel.getByText('second').waitFor()
  await one.keyboard.press('Escape')
  await one.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  await badge(one, 1)
  await openPanel(one)
  await panel.getByRole('button', { name: 'Mark second as read' }).click()
  await badge(other, 0)
})

test('eight tabs have one stream, and another leads when the first is closed, or frozen', {
  skip,
}, async () => {
  const ann = await app.user('tabs')
  const dataset = await seedDataset(app, [ann])
  const { open } = await windowOf({ user: ann })
  const tabs: Page[] = []
  for (let i = 0; i < 8; i++) tabs.push(await open('/account'))
  const oneStream = () => until(async () => [...app.app.live.hub.of(ann.id)].length === 1 || undefined)
  await oneStream()
  await raiseAlert(app, dataset)
  for (const tab of tabs) await badge(tab, 1)
  await oneStream()
  const [first, ...rest] = tabs as [Page, ...Page[]]
  await first.close()
  await raiseAlert(app, dataset)
  for (const tab of rest) await badge(tab, 2)

  const [leader, ...others] = rest as [Page, ...Page[]]
  const devtools = await leader.context().newCDPSession(leader)
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
  await raiseAlert(app, dataset)
  for (const tab of others) await badge(tab, 3)
  await devtools.send('Page.setWebLifecycleState', { state: 'active' })
  await badge(leader, 3)
})

test('one alert makes one notification of the browser, however many tabs are open', { skip }, async () => {
  const ann = await app.user('told')
  const dataset = await seedDataset(app, [ann], 'Street')
  const { open, context } = await windowOf({ user: ann })
  await context.grantPermissions(['notifications'], { origin: app.url })
  await context.addInitScript(() => {
    const shown: Notification[] = []
    const Real = Notification
    class Noted extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(this)
      }
    }
    Object.assign(window, { Notification: Noted, shown })
  })
  const tabs = [await open('/account'), await open('/'), await open('/tasks')]
  const shown = async () =>
    (
      await Promise.all(
        tabs.map(tab =>
          tab.evaluate(() =>
            (window as unknown as { shown: Notification[] }).shown.map(({ title, body }) => [title, body]),
          ),
        ),
      )
    ).flat()
  await raiseAlert(app, dataset, { viewName: 'before it is asked for' })
  for (const tab of tabs) await badge(tab, 1)
  const name = 'Tell me of new alerts outside of this page too'
  await tabs[0]!.bringToFront()
  await tabs[0]!.getByRole('switch', { name }).click()
  await tabs[0]!.getByRole('switch', { name, checked: true }).waitFor()
  await raiseAlert(app, dataset, { viewName: 'Damaged', items: 2, matched: [0, 1] })
  for (const tab of tabs) await badge(tab, 2)
  await until(async () => ((await shown()).length > 0 ? true : undefined))
  assert.deepEqual(await shown(), [['Damaged', '2 new matches in Street']])

  for (const tab of tabs)
    await tab.evaluate(() =>
      (window as unknown as { shown: Notification[] }).shown.forEach(
        one => void one.onclick?.(new Event('click')),
      ),
    )
  await until(async () => (tabs.some(tab => tab.url().includes('/explore?alert=')) ? true : undefined))
})

test('who loses the dataset loses its alerts at once, and whoever signs out sees nothing more', {
  skip,
}, async () => {
  const [ann, bob] = [await app.user('owner'), await app.user('guest')]
  const dataset = await seedDataset(app, [ann, bob], 'Shared')
  await raiseAlert(app, dataset, { viewName: 'shared view' })
  const [anns, bobs] = [await (await windowOf({ user: ann })).open(), await windowOf({ user: bob })]
  const page = await bobs.open()
  await page.getByText('shared view').waitFor()
  await ann.api(`/manage/${dataset}/share/${bob.email}`, { method: 'DELETE' })
  await page.getByText('Nothing has matched yet').waitFor()
  await badge(page, 0)
  await badge(anns, 1)

  const second = await bobs.open('/account')
  await page.bringToFront()
  await page.getByRole('button', { name: 'Account of guest' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Belfry' }).waitFor()
  await second.getByRole('heading', { name: 'Sign in to Belfry' }).waitFor()
})

test('while the server is away a banner says so; afterwards everything is right again', {
  skip,
}, async () => {
  const place = await freshPlace()
  const env = { BELFRY_PORT: String(await lastingPort()) }
  const first = await testApp({ place, env })
  const ann = await first.user('ann')
  const dataset = await seedDataset(first, [ann])
  const { open } = await windowOf({ user: ann, on: first })
  const page = await open()
  await page.getByText('Nothing has matched yet').waitFor()
  await raiseAlert(first, dataset, { viewName: 'before' })
  await page.getByText('before').waitFor()
  await first.close()
  await page.getByText('Not live: Belfry does not answer').waitFor()
  assert.ok(await page.getByText('before').isVisible(), 'what was there stays')

  const second = await testApp({ place, env })
  try {
    await raiseAlert(second, dataset, { viewName: 'after' })
    await page.getByText('after', { exact: true }).waitFor()
    await gone(page, 'Not live')
    await badge(page, 2)
  } finally {
    await second.close()
    await place.remove()
  }
  // The last failures of the network are the server's end, not the page's.
})

test('the icon counts what is unread though the server gives no picture any more', { skip }, async () => {
  const ann = await app.user('icon')
  const dataset = await seedDataset(app, [ann])
  const { open, context } = await windowOf({ user: ann })
  const page = await open()
  await badge(page, 0)
  await context.route('**/favicon.svg', route => route.abort())
  const icon = async () => (await page.locator('link[rel=icon]').getAttribute('href'))!
  const icons: string[] = [await icon()]
  for (const unread of [1, 2]) {
    await raiseAlert(app, dataset)
    await badge(page, unread)
    icons.push(await until(async () => ((await icon()) === icons.at(-1) ? undefined : icon())))
  }
  assert.equal(icons[0], '/favicon.svg')
  for (const drawn of icons.slice(1)) assert.match(drawn, /^data:image\/png/)
})
