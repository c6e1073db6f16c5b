import { createHash } from 'node:crypto'

/**
 * Remembers texts by 64 bits of a hash, in one array: two million of them take 32 MB where a Set of strings takes 250. Two
 * of two million different texts are taken for the same once in ten million lists.
 */
export function seenTexts() {
  let slots = new BigUint64Array(1024) // 0 is a free slot
  let count = 0

  const place = (into: BigUint64Array, hash: bigint): number => {
    let at = Number(hash % BigInt(into.length))
    while (into[at] !== 0n && into[at] !== hash) at = (at + 1) % into.length
    return at
  }
  const grow = () => {
    const larger = new BigUint64Array(slots.length * 2)
    for (const hash of slots) if (hash !== 0n) larger[place(larger, hash)] = hash
    slots = larger
  }

  return {
    /** False when it was added before. */
    add(text: string): boolean {
      const hash = createHash('sha1').update(text).digest().readBigUInt64LE() || 1n
      const at = place(slots, hash)
      if (slots[at] !== 0n) return false
      slots[at] = hash
      if (++count * 2 > slots.length) grow()
      return true
    },
  }
}
