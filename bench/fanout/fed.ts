// nchan behind the same database: whoever hears the commit reads the log, as Belfry does, and posts what it finds.
import { appendedChannel } from '../../src/notifications/channels.ts'
import { entryJson, logPosition, readLog } from '../../src/notifications/log.ts'
import type { World } from './belfry.ts'
import { nchan } from './nchan.ts'
import type { Rival } from './rival.ts'

const pageSize = 200

export function nchanFedBy(world: World, folder: string): Rival {
  const rival = nchan(folder, 1)
  return {
    name: 'nchan, fed by the commit',
    async start() {
      const server = await rival.start()
      let { head: position } = await logPosition(world.db)
      await world.db.listen(appendedChannel, {
        heard: async () => {
          const page = await readLog(world.db, position, pageSize)
          position = page.at(-1)?.seq ?? position
          for (const entry of page) server.send(entryJson(entry))
        },
      })
      return { ...server, publish: (_, __, events) => world.commit(1, events) }
    },
  }
}
