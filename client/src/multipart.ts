// multipart/form-data as a stream, so that an upload of any size passes through little memory.
import { randomId } from './random.ts'

/** A file to send. In Node `openAsBlob(path)` gives a Blob that is read from the disk as it is sent. */
export interface UploadFile {
  /** A relative path; folders are kept: `kitchen/0001.png`. */
  name: string
  data: Blob
}

export type Part = { field: string; value: string } | { field: string; file: UploadFile }

export interface UploadProgress {
  sentBytes: number
  totalBytes: number
}

export function multipart(parts: Part[], boundary = `belfry-${randomId()}`) {
  const pieces: (Uint8Array | Blob)[] = []
  const text = (line: string) => pieces.push(new TextEncoder().encode(line))
  for (const part of parts) {
    if ('value' in part)
      text(`--${boundary}\r\nContent-Disposition: form-data; name="${part.field}"\r\n\r\n${part.value}\r\n`)
    else {
      const { name, data } = part.file
      const type = data.type || 'application/octet-stream'
      text(
        `--${boundary}\r\nContent-Disposition: form-data; name="${part.field}"; filename="${quoted(name)}"\r\nContent-Type: ${type}\r\n\r\n`,
      )
      pieces.push(data)
      text('\r\n')
    }
  }
  text(`--${boundary}--\r\n`)
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    totalBytes: pieces.reduce((sum, piece) => sum + sizeOf(piece), 0),
    /** The bytes, produced as they are asked for. */
    stream: () => streamOf(chunksOf(pieces)),
  }
}

const sizeOf = (piece: Uint8Array | Blob) => (piece instanceof Blob ? piece.size : piece.length)

/** As browsers write file names into the header. */
const quoted = (name: string) => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

async function* chunksOf(pieces: (Uint8Array | Blob)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (!(piece instanceof Blob)) {
      yield piece
      continue
    }
    const reader = piece.stream().getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  }
}

const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
