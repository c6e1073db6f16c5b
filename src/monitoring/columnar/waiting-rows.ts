// Rows of vectors that wait for the kernel, in words of up to 32, each a word of its masks; and which items of the tile they
// are.
import { words } from '../../vectors/kernel.ts'
import { type Bits, setBit, tileItems, tileWords } from './bits.ts'

export class WaitingRows {
  count = 0
  readonly ordinals: Int32Array[] = []
  /** Where the word begins in the tile; -1 when its items do not stand side by side there. */
  readonly firsts = new Int32Array(words)
  /** A bit for each of its rows. */
  readonly alls = new Int32Array(words)

  /** The ordinals ascend. */
  add(ordinals: Int32Array, base: number): void {
    const first = ordinals[0]! - base
    const last = ordinals.length - 1
    const isRow = ordinals[last]! - ordinals[0]! === last && first >= 0 && first + last < tileItems
    this.ordinals[this.count] = ordinals
    this.firsts[this.count] = isRow ? first : -1
    this.alls[this.count++] = last === 31 ? -1 : (1 << (last + 1)) - 1
  }

  /** Which of its rows have their bit set, in a set that begins at `from`. */
  maskOf(word: number, base: number, bits: Bits, from: number): number {
    const first = this.firsts[word]!
    if (first === -1) return maskOf(this.ordinals[word]!, base, bits, from)
    const [at, shift] = [from + (first >>> 5), first & 31]
    return ((bits[at]! >>> shift) | ((bits[at + 1]! << 1) << (31 - shift))) & this.alls[word]!
  }

  /** The other way round: sets the bits of these rows. */
  addTo(bits: Bits, near: number, word: number, base: number): void {
    const first = this.firsts[word]!
    if (first === -1) {
      const ordinals = this.ordinals[word]!
      for (let rest = near; rest !== 0; rest &= rest - 1) setBit(bits, ordinals[lowestBit(rest)]! - base)
      return
    }
    const shift = first & 31
    bits[first >>> 5]! |= near << shift
    if (shift !== 0 && (first >>> 5) + 1 < tileWords) bits[(first >>> 5) + 1]! |= near >>> (32 - shift)
  }
}

/** Some have no vector here, or their items belong to the tile before or after it. */
function maskOf(ordinals: Int32Array, base: number, bits: Bits, from: number): number {
  let mask = 0
  for (let n = 0; n < ordinals.length; n++) {
    const at = ordinals[n]! - base
    if (at >= 0 && at < tileItems && bits[from + (at >>> 5)]! & (1 << (at & 31))) mask |= 1 << n
  }
  return mask
}

export const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)
