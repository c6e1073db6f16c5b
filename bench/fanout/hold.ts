// What streams cost on which nothing happens but pings, and how fast they come back.
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../support/figures.ts'
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
  /** Of an event to one stream, when no other is open and amid the idle ones; medians. */
  alone: number
  amid: number
}

/** Opened and closed before memory is measured, so that what a server holds once is not counted; few, because their memory
 * is used again. */
const warmUpStreams = 200
/** What opening left behind is collected by then, and every stream was pinged a few times. */
const settleMs = 12_000
const idleMs = 15_000
const reconnects = 3
const eventsToOne = 200

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
  const delayOfOne = async () => {
    const delaysMs: number[] = []
    for (let i = 0; i < eventsToOne; i++) {
      const publishedMs = await server.publish('own', 1, 1)
      delaysMs.push((await readers.arrivals(1)).lastMs - publishedMs)
    }
    return median(delaysMs)
  }
  try {
    await readers.open(server.requests('own', warmUpStreams))
    await close()
    await readers.open(server.requests('own', 1))
    await delayOfOne() // a warm-up
    const alone = await delayOfOne()
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
    const processorPercent = (seconds / idleMs) * 1000 * 100
    return { kbPerStream, reconnectsPerSecond, processorPercent, alone, amid: await delayOfOne() }
  } finally {
    await readers.stop()
    await server.stop()
  }
}
