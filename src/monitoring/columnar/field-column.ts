// One field of the metadata, as numbers and as texts, each only where a view asks for it.
import type { NameFilter } from '../../views/filter.ts'
import { type Bits, rangeInto, setBit, tileItems } from './bits.ts'
import { compareDecimals, exactLength, nextUp } from './decimals.ts'
import { shortDecimal } from './json-text.ts'
import type { Bound } from './program.ts'
import { TextColumn, type TextParts } from './text-column.ts'

const [quote, backslash, n, minus, openBracket] = [0x22, 0x5c, 0x6e, 0x2d, 0x5b]

/** A number of many digits and its place in a map. */
const bytesOfLong = 100

export interface FieldParts {
  texts: TextParts | undefined
  members: TextParts | undefined
  numbers: Float64Array | undefined
  long: Map<number, string>
}

export class FieldColumn {
  texts: TextColumn | undefined
  /** The texts in a list; an item has each of them. */
  members: TextColumn | undefined
  #numbers: Float64Array | undefined
  /** Numbers of more digits than a double holds. */
  #long = new Map<number, string>()

  constructor(asked: { numbers: boolean; texts: boolean }, items = tileItems) {
    this.texts = asked.texts ? new TextColumn() : undefined
    this.members = asked.texts ? new TextColumn() : undefined
    this.#numbers = asked.numbers ? new Float64Array(items).fill(Number.NaN) : undefined
  }

  static of({ texts, members, numbers, long }: FieldParts): FieldColumn {
    const column = new FieldColumn({ numbers: false, texts: false })
    column.texts = texts && TextColumn.of(texts)
    column.members = members && TextColumn.of(members)
    column.#numbers = numbers
    column.#long = long
    return column
  }

  get parts(): FieldParts {
    return {
      texts: this.texts?.parts,
      members: this.members?.parts,
      numbers: this.#numbers,
      long: this.#long,
    }
  }

  clear(): void {
    this.texts?.clear()
    this.members?.clear()
    this.#numbers?.fill(Number.NaN)
    this.#long.clear()
  }

  /** The JSON of a value, as the database prints it. */
  add(bytes: Buffer, start: number, end: number, item: number): void {
    const first = bytes[start]!
    if (first === n) return // null is no value
    if (this.#numbers && (first === minus || (first >= 0x30 && first <= 0x39))) {
      if (end - start > exactLength) this.#long.set(item, bytes.toString('latin1', start, end))
      else this.#numbers[item] = shortDecimal(bytes, start, end)
    }
    if (!this.texts) return
    const text = first === quote ? unquoted(bytes, start, end) : bytes.toString('utf8', start, end)
    this.texts.add(text, item)
    if (first === openBracket)
      for (const member of new Set(JSON.parse(text) as unknown[]))
        if (typeof member === 'string') this.members!.add(member, item)
  }

  /** After the last `add` of a tile. */
  turn(): void {
    this.texts?.turn()
    this.members?.turn()
  }

  settle(): void {
    this.texts?.settle()
    this.members?.settle()
  }

  get byteLength(): number {
    const texts = (this.texts?.byteLength ?? 0) + (this.members?.byteLength ?? 0)
    return texts + (this.#numbers?.byteLength ?? 0) + this.#long.size * bytesOfLong
  }

  /** Adds the items whose text passes, or who have such a text in their list. */
  namesInto(bits: Bits, name: NameFilter): void {
    this.texts!.orInto(bits, name)
    if (name.op === 'one_of') this.members!.orInto(bits, name)
  }

  rangeInto(bits: Bits, min: Bound, max: Bound): void {
    rangeInto(bits, this.#numbers!, lowest(min), highest(max))
    for (const [item, value] of this.#long) if (isWithin(value, min, max)) setBit(bits, item)
  }
}

function unquoted(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++)
    if (bytes[at] === backslash) return JSON.parse(bytes.toString('utf8', start, end)) as string
  return bytes.toString('utf8', start + 1, end - 1)
}

function isWithin(value: string, min: Bound, max: Bound): boolean {
  const above = min === null ? 1 : compareDecimals(value, min.value)
  const below = max === null ? -1 : compareDecimals(value, max.value)
  return (above > 0 || (above === 0 && min!.included)) && (below < 0 || (below === 0 && max!.included))
}

// Ranges of doubles include their ends; beyond an end that is left out lies the next double.
const lowest = (bound: Bound) =>
  bound === null ? -Infinity : bound.included ? Number(bound.value) : nextUp(Number(bound.value))
const highest = (bound: Bound) =>
  bound === null ? Infinity : bound.included ? Number(bound.value) : -nextUp(-Number(bound.value))
