// A test's end of a live stream: reads events one by one, each with a deadline.
import assert from 'node:assert/strict'
import type { TestUser } from './app.ts'
import { withDeadline } from './deadline.ts'

export interface StreamEvent {
  event: string
  id?: string
  data: string
  retry?: number
}

export async function openStream(
  user: Pick<TestUser, 'api'>,
  query = '',
  headers: Record<string, string> = {},
) {
  const stop = new AbortController()
  const response = await user.api(`/notifications/stream${query}`, { headers, signal: stop.signal })
  assert.equal(response.status, 200, await (response.ok ? '' : response.clone().text()))
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''

  /** The next block, whatever it is; undefined when the server ended the stream. */
  async function nextBlock(): Promise<StreamEvent | undefined> {
    while (!text.includes('\n\n')) {
      const { value, done } = await withDeadline(reader.read(), 'a stream event')
      if (done) return undefined
      text += value
    }
    const end = text.indexOf('\n\n')
    const block = text.slice(0, end)
    text = text.slice(end + 2)
    const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)))
    return { event: fields.event ?? '', data: fields.data ?? '', id: fields.id, retry: Number(fields.retry) }
  }

  const opening = (await nextBlock())!
  return {
    response,
    opening,
    nextBlock,
    /** The next notification, passing over pings. */
    async next(): Promise<{ id: string; notification: { id: string; metadata: { view_name: string } } }> {
      for (;;) {
        const block = await nextBlock()
        assert.ok(block, 'the stream ended')
        if (block.event === 'notification') return { id: block.id!, notification: JSON.parse(block.data) }
      }
    },
    async names(count: number): Promise<string[]> {
      const names: string[] = []
      while (names.length < count) names.push((await this.next()).notification.metadata.view_name)
      return names
    },
    /** Resolves when the server has ended the stream. */
    async ended(): Promise<void> {
      const cut = (error: unknown) => {
        if (!(error instanceof TypeError)) throw error // the deadline, and not what fetch says of a connection
        return undefined
      }
      while (await nextBlock().catch(cut));
    },
    close: () => stop.abort(),
  }
}
