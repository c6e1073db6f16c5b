// Servers without a protocol of their own to publish with: they are told by lines `<first stream> <end> <times>` to send
// the one event there is. The C epoll loop; Node's http with plain `response.write`, and with better-sse.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { monotonicMs } from '../support/load.ts'
import { eventText } from './event.ts'
import { compile, type Program, startProgram } from './program.ts'
import { getRequest, type Rival } from './rival.ts'

export function epollLimit(folder: string): Rival {
  const program = compile('epoll-limit', folder)
  const eventFile = join(folder, 'event')
  writeFileSync(eventFile, eventText)
  return told('C epoll limit', () => startProgram(program, [eventFile]))
}

const nodeServer = fileURLToPath(new URL('node-server.ts', import.meta.url))

export const nodeHttp = (way: 'res.write' | 'better-sse'): Rival =>
  told(way === 'res.write' ? 'Node res.write' : way, () => startProgram(process.execPath, [nodeServer, way]))

const told = (name: string, run: () => Program): Rival => ({
  name,
  async start() {
    const program = run()
    return {
      port: Number(await program.line()),
      pids: [program.pid],
      requests: (_, streams) => Array<string>(streams).fill(getRequest('/')),
      async publish(audience, streams, events) {
        const begun = monotonicMs()
        if (audience === 'same') program.tell(`0 ${streams} ${events}\n`)
        else program.tell(Array.from({ length: streams }, (_, i) => `${i} ${i + 1} ${events}\n`).join(''))
        return begun
      },
      stop: program.stop,
    }
  },
})
