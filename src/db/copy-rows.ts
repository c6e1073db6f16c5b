// Pages of a binary COPY: rows, gathered where they are read from the database, and posted to where they are looked at.

/** Rows are gathered into pages of this size before they are handed on; a longer row has a page of its own. */
const pageBytes = 512 * 2 ** 10

/** Whole messages of one COPY, most of them one row, in the order in which they came. */
export type Pages = Uint8Array<ArrayBuffer>[]

/** What is moved, not copied, when pages are posted. */
export const buffersOf = (pages: Pages): ArrayBuffer[] => pages.map(({ buffer }) => buffer)

/** Nobody looks at them any more. Their memory is free at once, not when the thread next collects its garbage. */
export function giveBack(pages: Pages): void {
  for (const { buffer } of pages) buffer.transfer(0)
}

export class PagesOfRows {
  readonly #full: Pages = []
  #page = new Uint8Array(pageBytes)
  #used = 0

  /** A row of so many bytes, which follow. */
  begin(length: number): void {
    if (this.#used + length <= this.#page.length) return
    this.#turnPage()
    this.#page = new Uint8Array(Math.max(pageBytes, length))
  }

  put(bytes: Uint8Array): void {
    this.#page.set(bytes, this.#used)
    this.#used += bytes.length
  }

  end(): Pages {
    this.#turnPage()
    return this.#full
  }

  #turnPage(): void {
    if (this.#used > 0) this.#full.push(this.#page.subarray(0, this.#used))
    this.#used = 0
  }
}

/** PGCOPY\n\377\r\n\0, flags, and the length of an extension which is empty. */
const headerBytes = 19
const headerStart = 0x50 // P; a row starts with the high byte of its count of fields, which is 0 or, at the end, 255

/** The first page of a COPY begins with a header. */
export const startOfRows = (page: Uint8Array): number => (page[0] === headerStart ? headerBytes : 0)
