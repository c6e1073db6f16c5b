// Where the page's examples run: a live server, and Ann, who watches a dataset for ice cream.
import { raiseAlert } from '../support/alerts.ts'
import { testApp } from '../support/app.ts'
import { createLibrary } from '../support/library.ts'

export const app = await testApp()
export const ann = await app.user('ann')
export const library = await createLibrary(ann, 'Ice cream')
export const viewId = await library.watch('icecream', 'icecream')

/** A batch of which two pictures match the view. */
export const addIceCream = () =>
  library.add([
    { name: 'cone.png', labels: ['icecream', 'cone'] },
    { name: 'cup.png', labels: ['icecream'] },
    { name: 'soup.png', labels: ['soup'] },
  ])

/** Notifications in any number, without the work of ingesting pictures for each. */
export async function raise(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) await raiseAlert(app, library.id, { viewName: 'icecream' })
}

export async function ask(path: string, method = 'GET'): Promise<{ status: number; body: any }> {
  const response = await ann.api(`/notifications${path}`, { method })
  return { status: response.status, body: await response.json() }
}
export const newestId = async (): Promise<string> =>
  (await ask('?unread_only=true&limit=1')).body.notifications[0].id

/** The example as a reader of the page would run it: with the own address, token and ids. */
export const filledIn = (code: string, notificationId = ''): string =>
  code
    .replaceAll('https://app.visual-layer.com', app.url)
    .replaceAll(/<jwt>|<your-jwt-token>/g, ann.token)
    .replaceAll(/<dataset_id>|<your-dataset-id>/g, library.id)
    .replaceAll(/<notification_id>|\{notification_id\}/g, notificationId)
