// A kept HTTP connection as a bare socket: node's own client costs as much as the server that is to be measured.
import { connect, type Socket } from 'node:net'

const headEnd = '\r\n\r\n'

/** One request at a time; rejects when the answer is not a 200. */
export class HttpSocket {
  readonly #socket: Socket
  readonly #host: string
  #answered: ((problem?: Error) => void) | undefined
  #received: Buffer = Buffer.alloc(0)

  constructor(origin: string) {
    const { hostname, port, host } = new URL(origin)
    this.#host = host
    this.#socket = connect(Number(port), hostname).setNoDelay(true).unref()
    this.#socket.on('data', bytes => this.#receive(bytes))
    this.#socket.on('error', error => this.#settle(error))
    this.#socket.on('close', () => this.#settle(new Error('The server closed the connection.')))
  }

  get(path: string, token: string): Promise<void> {
    this.#received = Buffer.alloc(0)
    return new Promise((done, failed) => {
      this.#answered = problem => (problem ? failed(problem) : done())
      this.#socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      )
    })
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, bytes]) : bytes
    const end = this.#received.indexOf(headEnd)
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = /content-length: (\d+)/i.exec(head)?.[1]
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) this.#settle(new Error(head))
    else if (this.#received.length >= end + headEnd.length + Number(length)) this.#settle()
  }

  #settle(problem?: Error): void {
    const answered = this.#answered
    this.#answered = undefined
    answered?.(problem)
  }
}
