// Which bytes of a file a `Range` header asks for: a player seeks in a video by it.

export interface ByteRange {
  start: number
  /** The first byte that is not among them. */
  end: number
}

/** undefined: all of it, as for several ranges at once and for what is no range. null: none that there are. */
export function readByteRange(header: string | undefined, bytes: number): ByteRange | undefined | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes : Math.min(Number(last) + 1, bytes)
  return start < end ? { start, end } : null
}
