// One run of one server: its streams are opened, it is warmed up, and events are published one after the other, each
// when the last one has arrived everywhere.
import { processorSeconds } from '../support/processes.ts'
import { startReaders, type Tools } from './readers.ts'
import type { Audience, Rival } from './rival.ts'

export interface Deliveries {
  name: string
  streams: number
  audience: Audience
  /** Events which each stream is sent by one publication, none waiting for another. */
  events: number
  publications: number
}

export interface Delivered {
  /** Deliveries per second, from the publication to the last arrival. */
  perSecond: number
  /** The same, from the first arrival to the last: the fan-out by itself. */
  fanOutPerSecond: number
  /** Processor time of the server for one delivery. */
  processorUs: number
  /** Of each publication, until its last arrival. */
  delaysMs: number[]
}

export async function deliver(
  rival: Rival,
  { streams, audience, events, publications }: Deliveries,
  { client, folder }: Tools,
): Promise<Delivered> {
  const server = await rival.start()
  const readers = startReaders(client, server.port, folder)
  try {
    await readers.open(server.requests(audience, streams))
    const publish = async () => {
      const publishedMs = await server.publish(audience, streams, events)
      return { publishedMs, ...(await readers.arrivals(streams * events)) }
    }
    const warmUps = Math.ceil(publications / 2)
    for (let i = 0; i < warmUps; i++) await publish()

    const before = await processorSeconds(server.pids)
    const delaysMs: number[] = []
    let fanOutMs = 0
    for (let i = 0; i < publications; i++) {
      const { publishedMs, firstMs, lastMs } = await publish()
      delaysMs.push(lastMs - publishedMs)
      fanOutMs += lastMs - firstMs
    }
    const seconds = (await processorSeconds(server.pids)) - before
    const deliveries = streams * events * publications
    return {
      perSecond: (deliveries / delaysMs.reduce((sum, ms) => sum + ms, 0)) * 1000,
      fanOutPerSecond: (deliveries / fanOutMs) * 1000,
      processorUs: (seconds / deliveries) * 1e6,
      delaysMs,
    }
  } finally {
    await readers.stop()
    await server.stop()
  }
}
