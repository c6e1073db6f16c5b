// A server on Node's http, told by lines on its standard input (told.ts). How it sends: `res.write` or `better-sse`.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { createChannel, createSession, type Session } from 'better-sse'
import { eventText, notification, pingMs, pingText } from './event.ts'

interface Way {
  accept: Parameters<typeof createServer>[1]
  send: (first: number, end: number) => void
}

function writing(): Way {
  const event = Buffer.from(eventText)
  const ping = Buffer.from(pingText)
  const open: ServerResponse[] = []
  setInterval(() => {
    for (const response of open) response.write(ping)
  }, pingMs)
  return {
    accept: (_, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
      })
      response.flushHeaders()
      open.push(response)
      response.once('close', () => open.splice(open.indexOf(response), 1))
    },
    send: (first, end) => {
      for (let i = first; i < end; i++) open[i]!.write(event)
    },
  }
}

function betterSse(): Way {
  const channel = createChannel()
  const open: Session[] = []
  return {
    accept: async (request, response) => {
      const session = await createSession(request, response, { keepAlive: pingMs })
      channel.register(session)
      open.push(session)
      session.once('disconnected', () => open.splice(open.indexOf(session), 1))
    },
    send: (first, end) => {
      if (end - first === 1) open[first]!.push(notification, 'notification')
      else channel.broadcast(notification, 'notification')
    },
  }
}

const { accept, send } = process.argv[2] === 'better-sse' ? betterSse() : writing()
const server = createServer(accept!).listen(0, '127.0.0.1', () =>
  console.log((server.address() as AddressInfo).port),
)
const commands = createInterface({ input: process.stdin })
commands.on('line', line => {
  const [first, end, times] = line.split(' ').map(Number)
  for (let i = 0; i < times!; i++) send(first!, end!)
})
commands.on('close', () => process.exit(0))
