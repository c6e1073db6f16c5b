// Server-Sent Events, parsed as the HTML standard says (section 9.2.6), from bytes in any chunking.

export interface SseEvent {
  /** `message` when the server named none. */
  event: string
  data: string
  /** The id in force at this event, which may have come with an earlier one. */
  lastEventId: string
}

/** One event larger than this is a fault of the server; a notification has less than 1 KiB. */
export const maxEventChars = 2 ** 20

export class SseParser {
  /** What the server last gave as `retry:`, in milliseconds. */
  retryMs: number | undefined
  lastEventId: string
  // The decoder of Node 24 takes a second byte order mark off as well, when a chunk begins with it.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #atStart = true
  #line = ''
  #afterCarriageReturn = false
  #event = ''
  #data = ''
  #id: string

  constructor(lastEventId = '') {
    this.lastEventId = lastEventId
    this.#id = lastEventId
  }

  /** Returns the events that `bytes` completed. An event without its blank line at the end is never returned. */
  push(bytes: Uint8Array): SseEvent[] {
    const events: SseEvent[] = []
    let text = this.#decoder.decode(bytes, { stream: true })
    if (text && this.#atStart) {
      this.#atStart = false
      if (text[0] === '\uFEFF') text = text.slice(1)
    }
    if (text && this.#afterCarriageReturn) {
      this.#afterCarriageReturn = false
      if (text[0] === '\n') text = text.slice(1)
    }
    let start = 0
    for (const { 0: end, index } of text.matchAll(/\r\n|\r|\n/g)) {
      this.#take(this.#line + text.slice(start, index), events)
      this.#line = ''
      start = index + end.length
    }
    this.#line += text.slice(start)
    this.#afterCarriageReturn ||= text.endsWith('\r')
    if (this.#line.length + this.#data.length > maxEventChars)
      throw new Error(`The server sent an event of more than ${maxEventChars} characters.`)
    return events
  }

  #take(line: string, events: SseEvent[]): void {
    if (line === '') this.#dispatch(events)
    const colon = line.indexOf(':')
    if (colon === 0 || line === '') return // a colon first: a comment
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') this.#event = value
    else if (field === 'data') this.#data += `${value}\n`
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.retryMs = Number(value)
  }

  #dispatch(events: SseEvent[]): void {
    // The id counts even without data: a server may move the cursor of a quiet stream.
    this.lastEventId = this.#id
    if (this.#data !== '')
      events.push({
        event: this.#event || 'message',
        data: this.#data.slice(0, -1),
        lastEventId: this.lastEventId,
      })
    this.#event = ''
    this.#data = ''
  }
}
