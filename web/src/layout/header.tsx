import { Group } from '@mantine/core'
import { Link, useLocation } from 'wouter'
import { Bell } from '../inbox/bell.tsx'
import { useKeys } from '../keyboard/keys.ts'
import { screens } from '../screens.tsx'
import { AccountMenu } from './account-menu.tsx'
import classes from './layout.module.css'
import { Mark } from './mark.tsx'
import { isWithin } from './within.ts'

const places = screens.filter(({ nav }) => nav)

export function Header() {
  const [path, go] = useLocation()
  useKeys(
    'Go to',
    places.map(({ title, path, nav }) => ({ keys: `g ${nav!.key}`, does: title, run: () => go(path) })),
  )
  return (
    <header className={classes.header}>
      <div className={classes.headerInner}>
        <Link href="/" className={classes.brand} aria-label="Belfry, to the first page">
          <Mark />
          <span>Belfry</span>
        </Link>
        <nav className={classes.nav} aria-label="Main">
          {places.map(place => (
            <Link
              key={place.path}
              href={place.path}
              className={classes.link}
              aria-current={isWithin(path, place.path) ? 'page' : undefined}
            >
              {place.title}
            </Link>
          ))}
        </nav>
        <Group gap={6} wrap="nowrap">
          <Bell />
          <AccountMenu />
        </Group>
      </div>
    </header>
  )
}
