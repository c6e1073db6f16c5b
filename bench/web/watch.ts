// What is added to a page before its own script, to note when the inbox is there and when an alert is seen. Times are
// in ms of the clock that all processes of the machine share.
import type { BrowserContext, Page } from 'playwright-core'

interface Noted {
  /** From the start of the navigation. */
  interactiveMs?: number
  /** When as many alerts as the index were first counted by the bell, and were the rows of the inbox at most. */
  counted: Record<number, number>
  listed: Record<number, number>
}
type Noting = typeof globalThis & { noted: Noted }

export const watchPages = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    const noted: Noted = { counted: {}, listed: {} }
    ;(globalThis as Noting).noted = noted
    const now = () => performance.timeOrigin + performance.now()
    function look(): void {
      const bell = document.querySelector('[aria-label^="Monitor alerts"]')?.getAttribute('aria-label') ?? ''
      const unread = Number(/(\d+) unread/.exec(bell)?.[1] ?? 0)
      noted.counted[unread] ??= now()
      const rows = document.querySelectorAll('main [data-alert]').length
      const [, total] = /^([\d,]+) alert/.exec(document.querySelector('main h1 + p')?.textContent ?? '') ?? []
      if (rows > 0 && total) noted.listed[Number(total.replace(',', ''))] ??= now()
      if (rows > 0 && noted.interactiveMs === undefined) press()
    }
    /** A key is pressed until a row answers it; the frame after that one is the first of an inbox that obeys. */
    function press(): void {
      if (document.querySelector('main [data-current]'))
        requestAnimationFrame(() =>
          setTimeout(() => {
            noted.interactiveMs ??= performance.now()
          }),
        )
      else {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
        requestAnimationFrame(press)
      }
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
  })

export async function interactiveMs(page: Page, timeoutMs: number): Promise<number> {
  await page.waitForFunction(() => (globalThis as Noting).noted.interactiveMs, null, { timeout: timeoutMs })
  return page.evaluate(() => (globalThis as Noting).noted.interactiveMs!)
}

/** When the tab showed that many unread alerts, in the inbox as rows too. */
export async function seenAt(page: Page, unread: number, timeoutMs: number): Promise<number> {
  const inInbox = new URL(page.url()).pathname === '/'
  const seen = await page.waitForFunction(
    ({ unread, inInbox }) => {
      const { counted, listed } = (globalThis as Noting).noted
      const at = [counted[unread], ...(inInbox ? [listed[unread]] : [])]
      return at.every(one => one !== undefined) && Math.max(...(at as number[]))
    },
    { unread, inInbox },
    { timeout: timeoutMs },
  )
  return (await seen.jsonValue()) as number
}
