import { Link, useLocation } from 'wouter'
import { screens } from '../screens.tsx'
import classes from './layout.module.css'
import { isWithin } from './within.ts'

/** The navigation of a phone, where a thumb reaches it; elsewhere it is in the header. */
export function TabBar() {
  const [path] = useLocation()
  return (
    <nav className={classes.tabs} aria-label="Main, below">
      {screens.map(({ path: to, title, nav }) =>
        nav ? (
          <Link
            key={to}
            href={to}
            className={classes.tab}
            aria-current={isWithin(path, to) ? 'page' : undefined}
          >
            <nav.icon size={22} stroke={1.6} />
            {title}
          </Link>
        ) : null,
      )}
    </nav>
  )
}
