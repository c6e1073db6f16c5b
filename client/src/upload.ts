// Sends files and says how far it is. Node streams the body through fetch; browsers can not yet do that over
// HTTP/1.1, but their XMLHttpRequest reports progress.
import type { CallOptions, Connection } from './connection.ts'
import { BelfryUnreachable, refusal, refusalOf } from './errors.ts'
import { multipart, type Part, type UploadProgress } from './multipart.ts'

/** An upload may take hours, but not stand still, nor be left without an answer, for longer than this. */
export const uploadStallMs = 60_000

export interface UploadOptions extends Pick<CallOptions, 'query' | 'headers' | 'signal'> {
  onProgress?: (progress: UploadProgress) => void
}

/** POSTs the parts as one multipart body. Throws BelfryError or BelfryUnreachable. */
export async function upload(
  connection: Connection,
  path: string,
  parts: Part[],
  options: UploadOptions = {},
): Promise<Headers> {
  const inBrowser = typeof XMLHttpRequest !== 'undefined'
  return (inBrowser ? uploadByXhr : uploadByFetch)(connection, path, parts, options)
}

async function uploadByFetch(
  connection: Connection,
  path: string,
  parts: Part[],
  { query, headers, signal, onProgress }: UploadOptions,
): Promise<Headers> {
  const body = multipart(parts)
  const stalled = new AbortController()
  const giveUp = () =>
    stalled.abort(new DOMException(`the upload stood still for ${uploadStallMs} ms`, 'TimeoutError'))
  let timer = setTimeout(giveUp, uploadStallMs)
  let sentBytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (stalled.signal.aborted) return
      clearTimeout(timer)
      timer = setTimeout(giveUp, uploadStallMs)
      sentBytes += chunk.length
      onProgress?.({ sentBytes, totalBytes: body.totalBytes })
      controller.enqueue(chunk)
    },
  })
  try {
    const response = await connection.open(connection.address(path, query), {
      method: 'POST',
      headers: { ...headers, 'content-type': body.contentType },
      body: body.stream().pipeThrough(counted),
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
      duplex: 'half',
    } as RequestInit)
    if (!response.ok) throw await refusalOf(response)
    await response.arrayBuffer()
    return response.headers
  } finally {
    clearTimeout(timer)
    stalled.abort() // the server may have refused before it had everything
  }
}

async function uploadByXhr(
  connection: Connection,
  path: string,
  parts: Part[],
  { query, headers, signal, onProgress }: UploadOptions,
): Promise<Headers> {
  const form = new FormData()
  for (const part of parts)
    'value' in part
      ? form.append(part.field, part.value)
      : form.append(part.field, part.file.data, part.file.name)
  const all = { ...(await connection.authorization()), ...headers }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', connection.address(path, query))
    request.withCredentials = !('authorization' in all)
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value)
    let timer = setTimeout(() => request.abort(), uploadStallMs)
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), uploadStallMs)
      onProgress?.({ sentBytes: loaded, totalBytes: total })
    }
    const stop = () => request.abort()
    signal?.addEventListener('abort', stop)
    request.onloadend = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      const id = request.getResponseHeader('x-request-id')
      if (request.status >= 200 && request.status < 300) resolve(headersOf(request))
      else if (request.status > 0) reject(refusal(request.status, request.responseText, id))
      else reject(signal?.reason ?? new BelfryUnreachable(connection.base, 'the upload was cut'))
    }
    request.send(form)
  })
}

const headersOf = (request: XMLHttpRequest): Headers =>
  new Headers(
    request
      .getAllResponseHeaders()
      .trim()
      .split('\r\n')
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
