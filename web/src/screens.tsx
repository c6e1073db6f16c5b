// Every screen: its path, its title, and where it is in the navigation. A screen's code is loaded when it is opened;
// the inbox comes with the page.
import { IconChecklist, IconInbox, IconPhoto } from '@tabler/icons-react'
import { type ComponentType, lazy } from 'react'
import { InboxPage } from './inbox/page.tsx'

export interface Screen {
  /** As wouter matches it: `/datasets/:datasetId/:tab?`. Parameters come as `params`. */
  path: string
  title: string
  // biome-ignore lint/suspicious/noExplicitAny: each screen names the parameters of its own path
  screen: ComponentType<{ params: any }>
  /** In the header, and in the bar below on a phone; `g` and this key go there. */
  nav?: { icon: ComponentType<{ size?: number; stroke?: number }>; key: string }
}

const lazily = <Name extends string>(load: () => Promise<Record<Name, Screen['screen']>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }))

export const screens: Screen[] = [
  { path: '/', title: 'Inbox', screen: InboxPage, nav: { icon: IconInbox, key: 'i' } },
  {
    path: '/datasets',
    title: 'Datasets',
    screen: lazily(() => import('./datasets/page.tsx'), 'DatasetsPage'),
    nav: { icon: IconPhoto, key: 'd' },
  },
  {
    path: '/datasets/:datasetId/:tab?',
    title: 'Dataset',
    screen: lazily(() => import('./dataset/page.tsx'), 'DatasetPage'),
  },
  {
    path: '/tasks',
    title: 'Tasks',
    screen: lazily(() => import('./tasks/page.tsx'), 'TasksPage'),
    nav: { icon: IconChecklist, key: 't' },
  },
  { path: '/accounts', title: 'Accounts', screen: lazily(() => import('./people/page.tsx'), 'PeoplePage') },
  { path: '/account', title: 'Account', screen: lazily(() => import('./account/page.tsx'), 'AccountPage') },
  {
    path: '/alerts/:notificationId',
    title: 'Matches',
    screen: lazily(() => import('./alert/page.tsx'), 'AlertPage'),
  },
]
