// The bell of the web inbox, which is on every page: its count, and its panel.
import type { Page } from 'playwright-core'

export const badge = (page: Page, unread: number) =>
  page
    .getByRole('button', {
      name: unread === 0 ? 'Monitor alerts' : `Monitor alerts, ${unread} unread`,
      exact: true,
    })
    .waitFor()

export async function openPanel(page: Page) {
  await page.bringToFront() // a tab behind another draws once a second, and a click waits for two frames
  await page.getByRole('button', { name: /^Monitor alerts/ }).click()
  return page.getByRole('dialog', { name: 'Monitor alerts' })
}
