// A store that misbehaves: it stands before a real one and passes everything on, but for the objects it was told to
// spoil, and for as often as it was told to.
import { createServer, request, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'

export type Spoiled =
  | 'silent' // never answers
  | 'stalls' // answers, and stops in the middle
  | 'cuts' // closes the connection in the middle
  | 'too short' // announces more than it sends
  | 'lies' // announces less than there is
  | 503
  | 403

export async function startFaultyStore(behind: string) {
  const rules = new Map<string, { spoiled: Spoiled; times: number }>()
  const gets: string[] = []
  const server = createServer((incoming, outgoing) => {
    const key = decodeURIComponent(incoming.url!.split('?')[0]!)
    if (incoming.method === 'GET' && !incoming.url!.includes('list-type')) gets.push(key)
    const [name, rule] = [...rules].find(([ending]) => incoming.url!.includes(ending)) ?? []
    if (rule && incoming.method === 'GET' && rule.times > 0) {
      rule.times--
      if (rule.times === 0) rules.delete(name!)
      if (rule.spoiled === 'silent') return
      if (typeof rule.spoiled === 'number') return refuse(outgoing, rule.spoiled)
    }
    const { method, headers } = incoming
    const onward = request(new URL(incoming.url!, behind), { method, headers }, async answer => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      const body = Buffer.concat(chunks)
      const spoiled = rule && method === 'GET' ? rule.spoiled : undefined
      const half = body.subarray(0, body.length >> 1)
      const announced =
        spoiled === 'too short' ? body.length + 100 : spoiled === 'lies' ? half.length : body.length
      // Written by hand: Node would not announce what it does not send.
      const socket = outgoing.socket!
      const lines = Object.entries(answer.headers).filter(
        ([header]) => !/^(content-length|connection|transfer-encoding|keep-alive)$/.test(header),
      )
      socket.write(
        [
          `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`,
          ...lines.map(([header, value]) => `${header}: ${value}`),
          ...(method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304
            ? [`content-length: ${answer.headers['content-length'] ?? 0}`]
            : [`content-length: ${announced}`]),
          'connection: close',
          '',
          '',
        ].join('\r\n'),
      )
      if (spoiled === 'stalls') return void socket.write(half)
      if (spoiled === 'cuts') return void socket.write(half, () => socket.destroy())
      socket.end(body)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  const port = await listen(server)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    /** The keys that were asked for, in order. */
    gets,
    /** Spoils what has `ending` in its URL, so many times. */
    spoil: (ending: string, spoiled: Spoiled, times = Number.POSITIVE_INFINITY) =>
      rules.set(ending, { spoiled, times }),
    mend: () => rules.clear(),
  }
}

function refuse(outgoing: ServerResponse, status: number): void {
  const code = status === 503 ? 'SlowDown' : 'AccessDenied'
  outgoing.writeHead(status, { 'content-type': 'application/xml' })
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`)
}
