// The load generator: requests at a steady rate over kept connections, and streams as bare sockets.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpSocket } from './http-socket.ts'
import { type Ask, monotonicMs, type Order, type RequestPlan, type StreamPlan } from './load.ts'

const eventMark = Buffer.from('event: notification\n')
const arrivals: number[] = []
/** Connections that wait for their next request; more are opened when all are busy. */
const idle: HttpSocket[] = []

async function ask(origin: string, { path, token }: Ask): Promise<void> {
  const connection = idle.pop() ?? new HttpSocket(origin)
  await connection.get(path, token)
  idle.push(connection)
}

async function request({ origin, asks, perSecond }: RequestPlan): Promise<number[]> {
  if (!perSecond) {
    const latencies: number[] = []
    for (const each of asks) {
      const begun = monotonicMs()
      await ask(origin, each)
      latencies.push(monotonicMs() - begun)
    }
    return latencies
  }
  const begun = monotonicMs()
  return Promise.all(
    asks.map(async (each, i) => {
      const due = begun + (i * 1000) / perSecond
      await sleep(Math.max(0, due - monotonicMs()))
      const sent = Math.min(monotonicMs(), due + timerSlackMs)
      await ask(origin, each)
      return monotonicMs() - sent
    }),
  )
}
/** A timer of Node fires up to this much late by its nature; what is later is this process being held up. */
const timerSlackMs = 1

async function open({ origin, streams }: StreamPlan): Promise<null> {
  const { hostname, port, host } = new URL(origin)
  for (const { path, token } of streams)
    await new Promise<void>((opened, failed) => {
      const socket = connect(Number(port), hostname)
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      )
      let tail = Buffer.alloc(0)
      socket.once('data', head => {
        if (head.toString('latin1').startsWith('HTTP/1.1 200')) opened()
        else failed(new Error(`${path} answered ${head.toString('latin1').slice(0, 200)}`))
        socket.on('data', bytes => {
          const now = monotonicMs()
          const seen = tail.length > 0 ? Buffer.concat([tail, bytes]) : bytes
          let at = seen.indexOf(eventMark)
          let after = 0
          for (; at >= 0; at = seen.indexOf(eventMark, after)) {
            arrivals.push(now)
            after = at + eventMark.length
          }
          // A mark may be cut between two chunks.
          tail = Buffer.from(seen.subarray(Math.max(after, seen.length - eventMark.length + 1)))
        })
      })
      socket.on('error', failed)
      socket.on('close', () => failed(new Error(`${path} was closed`)))
    })
  return null
}

async function awaitEvents(events: number, timeoutMs: number): Promise<number[]> {
  const deadline = monotonicMs() + timeoutMs
  while (arrivals.length < events) {
    if (monotonicMs() > deadline) throw new Error(`${arrivals.length} of ${events} events arrived.`)
    await sleep(5)
  }
  return arrivals.splice(0)
}

process.on('message', async (order: Order) => {
  try {
    const answer =
      order.kind === 'request'
        ? await request(order.plan)
        : order.kind === 'open'
          ? await open(order.plan)
          : await awaitEvents(order.events, order.timeoutMs)
    process.send!({ answer })
  } catch (error) {
    process.send!({ failure: String(error) })
  }
})
process.once('disconnect', () => process.exit(0))
