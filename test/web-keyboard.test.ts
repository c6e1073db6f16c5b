// Every screen by keyboard: `?` lists what works there and nothing else, what lies over the page has the keys to itself,
// and whatever Tab reaches can be seen to have the focus.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { BelfryClient } from '@belfry/client'
import type { Page } from 'playwright-core'
import { raiseAlert, seedDataset } from './support/alerts.ts'
import type { TestUser } from './support/app.ts'
import { deadlineMs, skip } from './support/browser.ts'
import { seedBatch } from './support/items.ts'
import { openWeb } from './support/web.ts'

const { app, windowOf } = await openWeb()
let user: TestUser
let dataset: string
before(async () => {
  if (skip) return
  user = await app.user('ann', { isAdmin: true })
  dataset = await seedDataset(app, [user], 'Street')
  await seedBatch(app, dataset, [{ labels: ['car'] }, { labels: ['bus'] }, {}])
  for (const viewName of ['one', 'two']) await raiseAlert(app, dataset, { viewName, items: 1 })
  const client = new BelfryClient({ url: app.url, apiKey: user.apiKey, apiSecret: user.apiSecret })
  for (const name of ['Cars', 'Buses']) await client.views.create(dataset, name, {})
})

const settled = async (page: Page) => {
  await page.locator('main h1').first().waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}
type Keys = Record<string, string[]>
const sorted = (keys: Keys): Keys =>
  Object.fromEntries(Object.entries(keys).map(([title, all]) => [title, all.toSorted()]))

/** Opens the list until it is this one: some keys come with what is loaded. */
async function lists(page: Page, keys: Keys): Promise<void> {
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard' })
  await dialog.getByText('Show these keys').waitFor()
  const read = () =>
    dialog
      .locator('section')
      .evaluateAll(all =>
        all.map(section => [
          section.getAttribute('aria-label')!,
          [...section.querySelectorAll('.mantine-Group-root .mantine-Group-root')].map(keys =>
            [...keys.querySelectorAll('kbd')].map(key => key.textContent).join(' '),
          ),
        ]),
      )
  const givenUpAt = performance.now() + deadlineMs
  for (let shown: Keys = {}; !isDeepStrictEqual(shown, sorted(keys)); ) {
    shown = sorted(Object.fromEntries(await read()))
    if (performance.now() > givenUpAt) assert.deepEqual(shown, sorted(keys), page.url())
  }
  await page.keyboard.press('?')
  await dialog.waitFor({ state: 'detached' })
}

const anywhere = { 'Go to': ['g i', 'g d', 'g t'], Everywhere: ['b', '?'] }
const ofDataset = { ...anywhere, Dataset: ['1', '2', '3', '4'] }
const screens: [path: () => string, keys: Keys][] = [
  [() => '/', { ...anywhere, Inbox: ['j', 'k', 'Enter', 'e', 'x'] }],
  [() => '/datasets', { ...anywhere, Datasets: ['j', 'k', 'Enter', 'n'] }],
  [() => '/tasks', anywhere],
  [() => '/account', anywhere],
  [() => '/accounts', { ...anywhere, Accounts: ['n'] }],
  [() => `/datasets/${dataset}`, { ...ofDataset, Batches: ['j', 'k', 'Enter'] }],
  [() => `/datasets/${dataset}/views`, { ...ofDataset, Views: ['j', 'k', 'Enter', 'n'] }],
  [() => `/datasets/${dataset}/views?new`, ofDataset],
  [() => `/datasets/${dataset}/explore`, { ...ofDataset, Explore: ['/'], Pictures: ['ArrowDown'] }],
  [() => `/datasets/${dataset}/tasks`, ofDataset],
]
test('on every screen `?` lists its keys, and Tab shows where it is', { skip }, async () => {
  const { open } = await windowOf({ user })
  const page = await open()
  const invisible: string[] = []
  for (const [path, keys] of screens) {
    await page.goto(path())
    await settled(page)
    await lists(page, keys)
    for (const stop of await invisibleStops(page)) invisible.push(`${path()} ${stop}`)
  }
  assert.deepEqual(invisible, [])
})

/** With Tab until it comes round: what has the focus and looks, or is placed, as if it had not. */
async function invisibleStops(page: Page): Promise<string[]> {
  const invisible: string[] = []
  for (let stops = 0; ; stops++) {
    assert.ok(stops < 100, 'Tab does not come round')
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement
      if (element === document.body || element.dataset.visited) return undefined
      element.dataset.visited = 'yes'
      // A checkbox, a field or a card shows it on what stands beside or around the element.
      const { nextElementSibling } = element
      const drawn: (Element | null)[] = [nextElementSibling]
      for (let one: Element | null = element; one; one = one.parentElement) drawn.push(one)
      const looks = () =>
        drawn.map(one => {
          if (!one) return ''
          const { outlineStyle, outlineWidth, borderColor, boxShadow, insetBlockStart } =
            getComputedStyle(one)
          return [outlineStyle !== 'none' && outlineWidth, borderColor, boxShadow, insetBlockStart].join()
        })
      const focused = looks()
      // A choice is a radio button without a size, and the label beside it.
      const seen = element.offsetWidth > 0 ? element : (nextElementSibling ?? element)
      const { width, height, top, bottom } = seen.getBoundingClientRect()
      element.blur()
      const plain = looks()
      element.focus({ preventScroll: true })
      return {
        name: element.outerHTML.slice(0, 160),
        isShown: focused.some((look, i) => look !== plain[i]),
        isOnScreen: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
      }
    })
    if (!stop) return invisible
    if (!stop.isShown || !stop.isOnScreen) invisible.push(JSON.stringify(stop))
  }
}

test('what lies over the page has the keys to itself', { skip }, async () => {
  const { open } = await windowOf({ user })
  const page = await open(`/datasets/${dataset}/explore`)
  await page.locator('[data-media]').first().click()
  const details = page.getByRole('complementary', { name: 'Details' })
  await details.getByText('0.png').first().waitFor()
  await page.keyboard.press('v')
  const large = page.getByRole('dialog')
  await large.getByText('1 of 5').waitFor()
  await lists(page, { Everywhere: ['?'], 'Large picture': ['ArrowRight', 'ArrowLeft', 'Escape'] })
  await page.keyboard.press('ArrowRight')
  await large.getByText('2 of 5').waitFor()
  await page.keyboard.press('1') // a tab of the page below
  await page.keyboard.press('Escape')
  await large.waitFor({ state: 'detached' })
  assert.match(page.url(), /\/explore/)
  await details.waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' })
  await details.waitFor()
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'detached' })

  await page.keyboard.press('b')
  const panel = page.getByRole('dialog', { name: 'Monitor alerts' })
  await panel.getByText('two').waitFor()
  await lists(page, { Everywhere: ['?'], Alerts: ['j', 'k', 'Enter', 'e', 'A'] })
})

test('`j` moves the focus with the mark, so that Enter opens the row whatever had the focus before', {
  skip,
}, async () => {
  const { open } = await windowOf({ user })
  const page = await open('/')
  await page.getByText('one', { exact: true }).waitFor()
  await page.keyboard.press('b')
  const panel = page.getByRole('dialog', { name: 'Monitor alerts' })
  await panel.getByText('one', { exact: true }).waitFor()
  await page.keyboard.press('Escape') // the focus goes back to the bell
  await panel.waitFor({ state: 'detached' })
  await page.keyboard.press('j')
  await page.getByRole('checkbox', { name: 'Select two' }).check()
  await page.keyboard.press('j')
  await page.locator('article[data-current] a:focus', { hasText: 'one' }).waitFor()
  await page.keyboard.press('k')
  await page.locator('article[data-current] a:focus', { hasText: 'two' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Street' }).waitFor()
  assert.match(page.url(), /\/explore\?alert=/)
})
