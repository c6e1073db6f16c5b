// A cursor is what a stream hands out as `id:` and takes back to resume: an epoch and a place in its log.

export interface Cursor {
  epoch: string
  seq: number
}

const form = /^([0-9a-f]{8})\.(0|[1-9][0-9]{0,14})$/

export const formatCursor = ({ epoch, seq }: Cursor): string => `${epoch}.${seq}`

/** Returns undefined when `text` was never a cursor. */
export function parseCursor(text: string): Cursor | undefined {
  const parts = form.exec(text)
  return parts ? { epoch: parts[1]!, seq: Number(parts[2]) } : undefined
}

/** What is known of the numbers that were ever handed out. */
export interface History {
  /** Oldest first, the last is current. Numbers up to `base` mean the same as in the epoch before. */
  epochs: { epoch: string; base: number }[]
  /** The highest number ever drawn. Rows of the highest may be gone again. */
  drawn: number
  /** Retention has deleted rows up to this number. */
  forgottenTo: number
}

/** Where a reader with this cursor goes on, or why there is a gap before that, or that it was never handed out. */
export type Resumption =
  | { kind: 'after'; seq: number }
  | { kind: 'gap'; seq: number; reason: string }
  | { kind: 'unknown' }

export function resume(text: string, { epochs, drawn, forgottenTo }: History): Resumption {
  const cursor = parseCursor(text)
  const position = epochs.findIndex(({ epoch }) => epoch === cursor?.epoch)
  if (!cursor || position === -1) return { kind: 'unknown' }
  const later = epochs.slice(position + 1).map(({ base }) => base)
  const kept = Math.min(...later, Number.POSITIVE_INFINITY)
  if (cursor.seq > kept)
    return {
      kind: 'gap',
      seq: kept,
      reason: 'The server was restored from a backup that is older than this cursor.',
    }
  if (cursor.seq > drawn) return { kind: 'unknown' }
  if (cursor.seq < forgottenTo)
    return {
      kind: 'gap',
      seq: forgottenTo,
      reason: 'Notifications after this cursor are older than the server keeps.',
    }
  return { kind: 'after', seq: cursor.seq }
}
