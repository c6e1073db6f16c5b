// Accounts on the web: one's own password, and the accounts that an administrator makes for others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUser } from '../src/auth/users.ts'
import { skip } from './support/browser.ts'
import { openWeb, violations } from './support/web.ts'

const { app, windowOf } = await openWeb()
const password = 'correct horse'

test('a new password signs the other browsers out, and is the one that counts', { skip }, async () => {
  const { user } = await createUser(app.db, { email: 'ann@example.com', name: 'Ann', password })
  const [here, elsewhere] = [await windowOf({ user }), await windowOf({ user })]
  const page = await here.open('/account')
  const other = await elsewhere.open('/')
  await other.getByRole('heading', { name: 'Inbox' }).waitFor()
  const section = page.getByRole('region', { name: 'Password' })
  await section.getByRole('textbox', { name: 'Current password' }).fill('a wrong one')
  await section.getByRole('textbox', { name: 'New password' }).fill('battery staple')
  await section.getByRole('button', { name: 'Change the password' }).click()
  await section.getByText('The current password is wrong.').waitFor()
  assert.deepEqual(await violations(page), [])
  await section.getByRole('textbox', { name: 'Current password' }).fill(password)
  await section.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('The password is changed.').waitFor()
  await other.getByRole('heading', { name: 'Sign in to Belfry' }).waitFor()
  await other.getByLabel('Email').fill('ann@example.com')
  await other.getByRole('textbox', { name: 'Password' }).fill('battery staple')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByRole('heading', { name: 'Inbox' }).waitFor()
})

test('an administrator makes an account, resets its password, and deletes it', { skip }, async () => {
  const admin = await app.user('root', { isAdmin: true })
  const office = await windowOf({ user: admin })
  const page = await office.open('/')
  await page.getByRole('button', { name: 'Account of root' }).click()
  await page.getByRole('menuitem', { name: 'Accounts of others' }).click()
  await page.getByRole('button', { name: 'New account' }).click()
  await page.getByLabel('Name').fill('Bob <b>')
  await page.getByLabel('Email').fill('bob@example.com')
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Make the account' }).click()
  const handOver = page.getByRole('dialog', { name: /The way in for Bob/ })
  const link = (await handOver.locator('pre').textContent())!
  assert.deepEqual(await violations(page), [])
  await page.keyboard.press('Escape')

  const home = await windowOf()
  const bob = await home.open(link)
  await bob.getByRole('link', { name: 'Set a password' }).click()
  const section = bob.getByRole('region', { name: 'Password' })
  await section.getByRole('textbox', { name: 'New password' }).fill(password)
  await section.getByRole('button', { name: 'Set the password' }).click()
  await section.getByRole('button', { name: 'Change the password' }).waitFor()

  await page.reload()
  const row = page.getByRole('group', { name: 'Account of Bob <b>' })
  await row.getByRole('button', { name: 'Reset the password' }).click()
  await page.getByRole('button', { name: 'Reset it' }).click()
  await handOver.locator('pre').waitFor()
  await bob.getByRole('heading', { name: 'Sign in to Belfry' }).waitFor()
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await row.waitFor({ state: 'hidden' })
})

test('the accounts fit a phone', { skip }, async () => {
  const admin = await app.user('a-long-name-of-somebody'.repeat(3), { isAdmin: true })
  const { open } = await windowOf({
    user: admin,
    width: 360,
    height: 740,
    colorScheme: 'dark',
  })
  const page = await open('/accounts')
  await page.getByRole('button', { name: 'Sign-in link' }).first().waitFor()
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(overflow <= 0, `${overflow} px too wide`)
  assert.deepEqual(await violations(page), [])
})

test('who is no administrator sees no accounts of others', { skip }, async () => {
  const user = await app.user('guest')
  const { open } = await windowOf({ user })
  const page = await open('/accounts')
  await page.getByText('Only an administrator may do this.').waitFor()
  await page.getByRole('button', { name: 'Account of guest' }).click()
  await page.getByRole('menuitem', { name: 'Account and API keys' }).waitFor()
  assert.equal(await page.getByRole('menuitem', { name: 'Accounts of others' }).count(), 0)
})
