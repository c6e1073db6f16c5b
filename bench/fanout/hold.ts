// What streams cost on which nothing happens but pings, and how fast they come back.
import { setTimeout as sleep } from 'node:timers/promises'
import { processorSeconds, residentKb } from '../support/processes.ts'
import { startReaders, type Tools } from './readers.ts'
import type { Rival } from './rival.ts'

export interface Holding {
  /** Open while memory is measured; then they all come back. */
  streams: number
  /** Open while the processor is. */
  idleStreams: number
}

export interface Held {
  kbPerStream: number
  reconnectsPerSecond: number[]
  /** Of one core. */
  processorPercent: number
}

/** Opened and closed before memory is measured, so that what a server holds once is not counted; few, because their memory
 * is used again. */
const warmUpStreams = 200
/** What opening left behind is collected by then, and every stream was pinged a few times. */
const settleMs = 12_000
const idleMs = 15_000
const reconnects = 3

export async function hold(
  rival: Rival,
  { streams, idleStreams }: Holding,
  { client, folder }: Tools,
): Promise<Held> {
  const server = await rival.start()
  const readers = startReaders(client, server.port, folder)
  const close = async () => {
    await readers.close()
    await sleep(1000) // for the server to notice
  }
  try {
    await readers.open(server.requests('own', warmUpStreams))
    await close()
    const before = await residentKb(server.pids)
    await readers.open(server.requests('own', streams))
    await sleep(settleMs)
    const kbPerStream = ((await residentKb(server.pids)) - before) / streams

    const reconnectsPerSecond: number[] = []
    for (let i = 0; i < reconnects; i++) {
      await close()
      reconnectsPerSecond.push((streams / (await readers.open(server.requests('own', streams)))) * 1000)
    }

    await close()
    await readers.open(server.requests('own', idleStreams))
    await sleep(settleMs)
    const begun = await processorSeconds(server.pids)
    await sleep(idleMs)
    const seconds = (await processorSeconds(server.pids)) - begun
    return { kbPerStream, reconnectsPerSecond, processorPercent: (seconds / idleMs) * 1000 * 100 }
  } finally {
    await readers.stop()
    await server.stop()
  }
}
