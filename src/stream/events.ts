// What the readers of one user are sent of one page of the log: several events are one chunk, made once for all readers
// who want the same, and written at once.
import { formatCursor } from '../notifications/cursor.ts'
import { entryJson, type LogEntry } from '../notifications/log.ts'
import { encodeEvent, toChunk } from './encode.ts'

export interface Events {
  /** The events after `cursor` and, unless it is null, of the dataset. Undefined when there are none. */
  after(cursor: number, datasetId: string | null): { chunk: Buffer; lastSeq: number } | undefined
}

export function eventsOf(entries: LogEntry[], epoch: string): Events {
  const encode = (some: LogEntry[]) => ({
    chunk: toChunk(some.map(entry => encodeEntry(entry, epoch)).join('')),
    lastSeq: some.at(-1)!.seq,
  })
  let all: ReturnType<typeof encode> | undefined
  const everything = () => {
    all ??= encode(entries)
    return all
  }
  return {
    after(cursor, datasetId) {
      if (entries.length === 0) return undefined
      if (datasetId === null && cursor < entries[0]!.seq) return everything()
      const wanted = entries.filter(
        entry => entry.seq > cursor && (datasetId === null || entry.datasetId === datasetId),
      )
      if (wanted.length === 0) return undefined
      return wanted.length === entries.length ? everything() : encode(wanted)
    },
  }
}

const encodeEntry = (entry: LogEntry, epoch: string): string =>
  encodeEvent({ event: 'notification', id: formatCursor({ epoch, seq: entry.seq }), data: entryJson(entry) })
