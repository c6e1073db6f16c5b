// A stream begins: its head is sent, and the connection is taken over.
import type { ServerResponse } from 'node:http'
import { toChunk } from './encode.ts'
import { HandleSink, takeHandle } from './handle-sink.ts'
import type { ClientSink } from './sink.ts'
import { SocketSink } from './socket-sink.ts'

type Headers = Record<string, string | number | string[] | undefined>

/** Sends the head of the answer and `first`. */
export function openSink(response: ServerResponse, headers: Headers, first: string): ClientSink {
  const chunked = response.req.httpVersion !== '1.0'
  const all = { ...headers, ...(chunked && { 'transfer-encoding': 'chunked' }), connection: 'close' }
  response.writeHead(200, all) // it checks them, and sends nothing yet
  const opening = Buffer.from(headOf(all) + (chunked ? toChunk(first) : first))
  const handle = chunked ? takeHandle(response) : undefined
  return handle ? new HandleSink(handle, opening) : new SocketSink(response.socket!, chunked, opening)
}

/** We send it ourselves: when Node sends a head differs between its versions, and an event must not overtake it. */
function headOf(headers: Headers): string {
  const lines = Object.entries({ ...headers, date: new Date().toUTCString() }).flatMap(([name, values]) =>
    [values ?? []].flat().map(value => `${name}: ${value}\r\n`),
  )
  return `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`
}
