// A port for a server that goes away and comes back on it. The system hands out the ports from 32768 to whoever listens
// or connects meanwhile; those below are taken only by who asks for them by number.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

const lowest = 10_000
const highest = 32_767
const maxTries = 50

export async function lastingPort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(lowest, highest + 1)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      server.close()
      await once(server, 'close')
      return port
    } catch (error) {
      if (tries === maxTries) throw error
    }
  }
}
