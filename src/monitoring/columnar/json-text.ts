// Finds fields in the text of a jsonb object, as the database prints it, without making an object of it: numbers keep
// their digits.
import type { Terms } from './terms.ts'

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** `keys` holds the wanted keys as JSON, with their quotes. Calls `found` with the bytes of each value. */
export function findFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  keys: Terms,
  found: (key: number, start: number, end: number) => void,
): void {
  for (let at = start + 1; at < end && bytes[at] !== closeBrace; ) {
    const keyEnd = endOfString(bytes, at)
    let value = keyEnd
    while (bytes[value] === colon || bytes[value] === 0x20) value++
    const valueEnd = endOfValue(bytes, value, end)
    const key = keys.find(bytes, at, keyEnd)
    if (key !== -1) found(key, value, valueEnd)
    at = valueEnd
    while (bytes[at] === comma || bytes[at] === 0x20) at++
  }
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at + 1
}

function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0
  for (let at = start; at < end; ) {
    const byte = bytes[at]
    if (byte === quote) {
      at = endOfString(bytes, at)
      if (depth === 0) return at
      continue
    }
    if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (byte === comma && depth === 0) return at
    at++
  }
  return end
}

/**
 * A decimal without exponent, of at most 15 characters: the quotient of two integers that are exact as doubles is the
 * nearest double. NaN for longer ones.
 */
export function shortDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 15) return Number.NaN
  const isNegative = bytes[start] === 0x2d
  let digits = 0
  let divisor = 1
  let inFraction = false
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0x2e) inFraction = true
    else {
      digits = digits * 10 + (byte - 0x30)
      if (inFraction) divisor *= 10
    }
  }
  return (isNegative ? -digits : digits) / divisor
}
