// Which rows are near enough to which queries: in float32 by the WebAssembly kernel (kernel.wat), or in plain JavaScript
// where there is no SIMD. Float32 is close to the exact cosine, not equal to it: what is too close to a threshold is said
// to be unsure, and whoever asks decides it again.
import { kernelBytes } from './kernel-bytes.ts'
import { dot } from './tile.ts'

/** Rows of one call, in words of 32: 256 kB of vectors of 512 numbers stay in the processor's cache. */
export const words = 4
export const rowsAtOnce = words * 32
/** Of a cosine of unit vectors, summed in eight float32 sums: of 512 numbers it is off by 5e-6 at most. */
export const uncertainty = (dims: number) => Math.max(1e-5, (dims / 8 + 8) * 2 ** -24)
/** What stands in `masks` for each query and word of rows. */
export const [asked, passes, unsure] = [0, 1, 2]
const maskBytes = words * 3 * 4

export interface Kernel {
  /** `stride` numbers each, a multiple of 8. */
  load(queries: Float32Array, stride: number): void
  /** Room for that many rows of `stride` numbers; what is never written of them is 0. */
  rows(count: number): Float32Array
  /** Two numbers for each query: a cosine within them is unsure, above them it passes. Ask anew after `rows`. */
  readonly ranges: Float32Array
  /** For each query, `words` × (asked, passes, unsure). Ask anew after `rows`. */
  readonly masks: Int32Array
  /** Answers for the rows from `firstRow`, a multiple of 32. */
  compare(firstRow: number): void
}

/** Numbers of a vector, as the kernel takes them: the last of them are 0. */
export const strideOf = (dims: number): number => Math.ceil(dims / 8) * 8

const pageBytes = 65_536

interface Exports {
  memory: WebAssembly.Memory
  near(
    queries: number,
    count: number,
    rows: number,
    words: number,
    stride: number,
    ranges: number,
    masks: number,
  ): void
}

export function simdKernel(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernelBytes))
  const { memory, near } = exports as unknown as Exports
  let [count, stride, ranges, masks, rows] = [0, 0, 0, 0, 0]
  let [rangeView, maskView] = [new Float32Array(0), new Int32Array(0)]
  const grow = (bytes: number) => {
    const missing = bytes - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    rangeView = new Float32Array(memory.buffer, ranges, count * 2)
    maskView = new Int32Array(memory.buffer, masks, count * words * 3)
  }
  return {
    load(queries, numbers) {
      stride = numbers * 4
      count = queries.length / numbers
      ranges = queries.byteLength
      masks = ranges + count * 8
      rows = Math.ceil((masks + count * maskBytes) / 16) * 16
      grow(rows)
      new Float32Array(memory.buffer, 0, queries.length).set(queries)
      new Uint8Array(memory.buffer, rows).fill(0) // what lies there may be no number, and 0 × NaN is NaN
    },
    rows(many) {
      grow(rows + Math.ceil(many / rowsAtOnce) * rowsAtOnce * stride)
      return new Float32Array(memory.buffer, rows, (many * stride) / 4)
    },
    get ranges() {
      return rangeView
    },
    get masks() {
      return maskView
    },
    compare(firstRow) {
      near(0, count, rows + firstRow * stride, words, stride, ranges, masks)
    },
  }
}

export function plainKernel(): Kernel {
  let [queries, ranges, rows] = [new Float32Array(0), new Float32Array(0), new Float32Array(0)]
  let masks = new Int32Array(0)
  let stride = 0
  return {
    load(given, numbers) {
      queries = given.slice()
      stride = numbers
      rows.fill(0)
      ranges = new Float32Array((given.length / numbers) * 2)
      masks = new Int32Array((given.length / numbers) * words * 3)
    },
    rows(count) {
      if (rows.length < count * stride) rows = new Float32Array(count * stride)
      return rows
    },
    get ranges() {
      return ranges
    },
    get masks() {
      return masks
    },
    compare(firstRow) {
      for (let at = 0; at < masks.length; at += 3) {
        const query = Math.floor(at / 3 / words)
        const row = firstRow + ((at / 3) % words) * 32
        masks[at + passes] = masks[at + unsure] = 0
        for (let rest = masks[at + asked]!; rest !== 0; rest &= rest - 1) {
          const n = 31 - Math.clz32(rest & -rest)
          const cosine = dot(queries, rows, query * stride, (row + n) * stride, stride)
          if (cosine > ranges[query * 2 + 1]!) masks[at + passes]! |= 1 << n
          else if (cosine >= ranges[query * 2]!) masks[at + unsure]! |= 1 << n
        }
      }
    },
  }
}

/** WebAssembly can be switched off, and old processors have no SIMD. */
export function bestKernel(): Kernel {
  try {
    return simdKernel()
  } catch {
    return plainKernel()
  }
}
