// Server-Sent Events as text, in the form of the WHATWG HTML standard, §9.2, and as the bytes that are sent.

export interface ServerEvent {
  event?: string
  /** Becomes the client's Last-Event-ID. */
  id?: string | undefined
  data?: string
  /** How long the client waits before it reconnects. */
  retryMs?: number
}

/** A field of one line: a line break in it would let its text become fields of its own. */
function line(field: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new RangeError(`An SSE ${field} must be one line.`)
  return `${field}: ${value}\n`
}

export function encodeEvent({ event, id, data, retryMs }: ServerEvent): string {
  let text = ''
  if (retryMs !== undefined) text += line('retry', String(retryMs))
  if (event !== undefined) text += line('event', event)
  if (id !== undefined) text += line('id', id)
  if (data !== undefined) for (const part of data.split(/\r\n|\r|\n/)) text += `data: ${part}\n`
  return `${text}\n`
}

/**
 * Text as one chunk of an HTTP body (RFC 9112, §7.1), made once for all who are sent it. Chunks are what makes an event
 * arrive as it is sent: without them Python's requests waits until 512 bytes have come.
 */
export function toChunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
}

/** An event whose data are JSON, as it is sent. */
export const encode = (event: string, data: object, id?: string): Buffer =>
  toChunk(encodeEvent({ event, id, data: JSON.stringify(data) }))

/** What is in a chunk, for a client of HTTP/1.0: its body ends with the connection. */
export const bodyOf = (chunk: Buffer): Buffer => chunk.subarray(chunk.indexOf('\n') + 1, -2)

export const lastChunk = Buffer.from('0\r\n\r\n')
