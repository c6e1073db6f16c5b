// Sets of the items of one tile, a bit for each ordinal.

/** Small enough for the processor's first cache and for a prompt answer, large enough to pay for each predicate once. */
export const tileItems = 16_384
export const tileWords = tileItems / 32

export type Bits = Uint32Array

export const emptyBits = (): Bits => new Uint32Array(tileWords)

export function setBit(bits: Bits, at: number): void {
  bits[at >>> 5]! |= 1 << (at & 31)
}

export function countBits(bits: Bits): number {
  let count = 0
  for (let word = 0; word < tileWords; word++) {
    let x = bits[word]!
    x -= (x >>> 1) & 0x55555555
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
    count += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

export function andInto(bits: Bits, other: Bits): void {
  for (let word = 0; word < tileWords; word++) bits[word]! &= other[word]!
}

export function andNotInto(bits: Bits, other: Bits): void {
  for (let word = 0; word < tileWords; word++) bits[word]! &= ~other[word]!
}

export function orInto(bits: Bits, other: Bits): void {
  for (let word = 0; word < tileWords; word++) bits[word]! |= other[word]!
}

/**
 * The numbers of a column which lie in a range, both ends included; NaN stands for no value and is in no range. A column
 * has a whole number of words and may end before the tile does.
 */
export function rangeInto(bits: Bits, column: Float64Array, min: number, max: number): void {
  for (let word = 0, at = 0; at < column.length; word++) {
    let x = 0
    for (let bit = 0; bit < 32; bit++, at++) {
      const value = column[at]!
      x |= (Number(value >= min) & Number(value <= max)) << bit
    }
    bits[word] = x
  }
}
