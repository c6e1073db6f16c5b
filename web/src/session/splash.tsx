import { Center } from '@mantine/core'
import { Mark } from '../layout/mark.tsx'

/** Between the first paint and the first answer; it takes a few milliseconds, so nothing spins. */
export const Splash = () => (
  <Center h="100dvh" aria-busy="true" aria-label="Belfry is starting">
    <Mark size={48} />
  </Center>
)
