// Reads the elements of lists in a JSON object one by one, so that a file of any size needs little memory and never
// holds the thread: only single elements go through JSON.parse.

/** The message is a sentence about the file. */
export class BrokenJson extends Error {}

export interface Element {
  key: string
  index: number
  value: unknown
}

/** One annotation with a detailed outline is far below. */
const maxElementBytes = 2 ** 20

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Yields the elements of the top-level lists called one of `keys`; everything else is passed over. */
export async function* elementsOf(
  source: AsyncIterable<Buffer>,
  keys: readonly string[],
): AsyncGenerator<Element> {
  let depth = 0
  let inString = false
  let escaped = false
  let key: string | null = null
  let index = -1 // of the element under way; -1 outside a wanted list
  let kept: Buffer[] = []
  let keptBytes = 0
  let ended = false

  for await (const chunk of source) {
    let from = 0
    const keep = (to: number) => {
      if (index < 0 && key !== null) return // a value that nobody wants
      kept.push(chunk.subarray(from, to))
      keptBytes += to - from
      if (keptBytes > maxElementBytes)
        throw new BrokenJson(`The file has an element that is larger than ${maxElementBytes} bytes.`)
    }
    const text = (to: number) => {
      keep(to)
      const all = Buffer.concat(kept).toString('utf8').trim()
      kept = []
      keptBytes = 0
      from = to + 1
      return all
    }

    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
        continue
      }
      switch (byte) {
        case quote:
          inString = true
          break
        case openObject:
        case openList:
          depth++
          if (depth === 1) {
            if (ended || byte !== openObject || text(i) !== '')
              throw new BrokenJson('The file is not a JSON object.')
          } else if (depth === 2 && byte === openList && key !== null && keys.includes(key)) {
            index = 0
            from = i + 1
          }
          break
        case closeObject:
        case closeList:
          if (depth === 2 && index >= 0) {
            const last = text(i)
            if (last !== '') yield { key: key!, index, value: parsed(last) }
            index = -1
          }
          depth--
          if (depth === 0) ended = true
          if (depth < 0) throw new BrokenJson('The file is not valid JSON.')
          break
        case colon:
          if (depth === 1) key = String(parsed(text(i)))
          break
        case comma:
          if (depth === 2 && index >= 0) yield { key: key!, index: index++, value: parsed(text(i)) }
          else if (depth === 1) {
            key = null
            from = i + 1
          }
          break
      }
    }
    keep(chunk.length)
  }
  if (!ended) throw new BrokenJson('The file is not a whole JSON object; perhaps it is cut off.')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BrokenJson(`The file is not valid JSON near ${JSON.stringify(text.slice(0, 40))}.`, { cause })
  }
}
