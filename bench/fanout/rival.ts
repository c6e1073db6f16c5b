// What a server under test looks like to the scenarios.

/**
 * 'same': all streams follow the same, and each event goes to all of them. 'own': each stream follows something of its
 * own, and each event goes to one stream.
 */
export type Audience = 'same' | 'own'

export interface Rival {
  name: string
  start(): Promise<RunningRival>
}

export interface RunningRival {
  port: number
  /** The processes whose memory and processor time this server costs. */
  pids: number[]
  /** HTTP requests that open streams, each with its empty line. */
  requests(audience: Audience, streams: number): string[]
  /**
   * Sends each stream this many events, as the server is told of events in use: 'own' tells it of each by itself.
   * Returns the moment (`monotonicMs`) from which its deliveries count.
   */
  publish(audience: Audience, streams: number, events: number): Promise<number>
  stop(): Promise<void>
}

export const getRequest = (path: string, headers: Record<string, string> = {}): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Accept: text/event-stream',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n')
