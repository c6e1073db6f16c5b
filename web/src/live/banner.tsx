// Says when what is on screen may be old.
import { Box, Transition } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './banner.module.css'
import { useLiveStatus } from './provider.tsx'

/** A reconnect that takes less is nothing to tell. */
const graceMs = 1_000

export function LiveBanner() {
  const status = useLiveStatus()
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (status.state === 'live') return setLate(false)
    const timer = setTimeout(() => setLate(true), graceMs)
    return () => clearTimeout(timer)
  }, [status.state])
  return (
    <div role="status">
      <Transition mounted={late} transition="slide-down">
        {style => (
          <Box className={classes.banner} style={style}>
            Not live: Belfry does not answer. Trying again …
          </Box>
        )}
      </Transition>
    </div>
  )
}
