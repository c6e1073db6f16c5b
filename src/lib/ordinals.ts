// Ascending ordinals, packed: what an alert of a large batch matched takes bytes instead of lists. 10,000 views on
// 100,000 items match a hundred million times: 400 MB as integers, a tenth of it like this.
//
// In stretches of 16,384 ordinals: how many (varint), bytes that follow (varint), then gaps as varints, or a bitmap
// where that is shorter. The form is canonical: equal lists have equal bytes.

export const stretchOrdinals = 16_384
const bitmapBytes = stretchOrdinals / 8

/** Writes one stretch; `bitmap` is its ordinals, 32 a word. Returns where the next byte goes; takes ≤ `stretchMaxBytes`. */
export const stretchMaxBytes = bitmapBytes + 6
export function packStretch(bitmap: Uint32Array, count: number, into: Uint8Array, at: number): number {
  const begin = writeVarint(into, at, count)
  if (count < bitmapBytes) {
    const gaps = begin + 2
    const end = writeGaps(bitmap, into, gaps)
    const bytes = end - gaps
    if (bytes < bitmapBytes) {
      const start = writeVarint(into, begin, bytes)
      if (start !== gaps) into.copyWithin(start, gaps, end)
      return start + bytes
    }
  }
  const start = writeVarint(into, begin, bitmapBytes)
  for (let word = 0; word < bitmap.length; word++) {
    const x = bitmap[word]!
    into[start + word * 4] = x
    into[start + word * 4 + 1] = x >>> 8
    into[start + word * 4 + 2] = x >>> 16
    into[start + word * 4 + 3] = x >>> 24
  }
  return start + bitmapBytes
}

function writeGaps(bitmap: Uint32Array, into: Uint8Array, from: number): number {
  const end = from + bitmapBytes
  let at = from
  let last = -1
  for (let word = 0; word < bitmap.length; word++) {
    for (let x = bitmap[word]!; x !== 0; x &= x - 1) {
      const ordinal = word * 32 + (31 - Math.clz32(x & -x))
      at = writeVarint(into, at, ordinal - last - 1)
      if (at >= end) return end
      last = ordinal
    }
  }
  return at
}

function writeVarint(into: Uint8Array, at: number, value: number): number {
  let next = at
  let rest = value
  for (; rest > 127; rest >>>= 7) into[next++] = (rest & 127) | 128
  into[next++] = rest
  return next
}

export function packOrdinals(ordinals: ArrayLike<number>): Uint8Array {
  const stretches: Uint8Array[] = []
  const bitmap = new Uint32Array(stretchOrdinals / 32)
  let done = 0
  for (let base = 0; done < ordinals.length; base += stretchOrdinals) {
    bitmap.fill(0)
    const from = done
    for (; done < ordinals.length && ordinals[done]! < base + stretchOrdinals; done++) {
      const at = ordinals[done]! - base
      bitmap[at >>> 5]! |= 1 << (at & 31)
    }
    const bytes = new Uint8Array(stretchMaxBytes)
    stretches.push(bytes.subarray(0, packStretch(bitmap, done - from, bytes, 0)))
  }
  return trimmed(Buffer.concat(stretches))
}

/** Without empty stretches at the end, so that equal lists are equal whatever stretches were looked at. */
export function trimmed(packed: Uint8Array): Uint8Array {
  let end = 0
  for (const { count, next } of stretchesOf(packed)) if (count > 0) end = next
  return packed.subarray(0, end)
}

/** `limit` ordinals from the one at `offset`; all of them when neither is given. */
export function unpackOrdinals(packed: Uint8Array, offset = 0, limit = Number.POSITIVE_INFINITY): number[] {
  const found: number[] = []
  let passed = 0
  for (const { base, count, start, next } of stretchesOf(packed)) {
    if (passed + count > offset)
      for (const ordinal of ordinalsOf(packed.subarray(start, next), base)) {
        if (passed++ < offset) continue
        if (found.length === limit) return found
        found.push(ordinal)
      }
    else passed += count
  }
  return found
}

function* stretchesOf(
  packed: Uint8Array,
): Generator<{ base: number; count: number; start: number; next: number }> {
  for (let at = 0, base = 0; at < packed.length; base += stretchOrdinals) {
    const [count, afterCount] = readVarint(packed, at)
    const [bytes, start] = readVarint(packed, afterCount)
    at = start + bytes
    yield { base, count, start, next: at }
  }
}

function* ordinalsOf(stretch: Uint8Array, base: number): Generator<number> {
  if (stretch.length === bitmapBytes) {
    for (let at = 0; at < stretchOrdinals; at++) if (stretch[at >>> 3]! & (1 << (at & 7))) yield base + at
    return
  }
  for (let at = 0, last = -1; at < stretch.length; ) {
    const [gap, next] = readVarint(stretch, at)
    last += gap + 1
    at = next
    yield base + last
  }
}

function readVarint(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0
  for (let at = from, shift = 0; ; at++, shift += 7) {
    value |= (bytes[at]! & 127) << shift
    if (bytes[at]! < 128) return [value, at + 1]
  }
}
