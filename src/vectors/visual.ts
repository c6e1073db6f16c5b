// What a picture looks like, without any model: 164 numbers about its shapes, its colours and its edges. Made for finding
// copies and pictures that look alike; it knows nothing of what is on them. docs/concepts/likeness.md says how well.
import type { Embedder, Picture } from './embedder.ts'
import { toUnitLength } from './tile.ts'

/** Pictures are squeezed into a square of so many pixels. */
const side = 32
/** The lowest frequencies in each direction. */
const frequencies = 6
/** Cells of the picture in each direction, for colours and edges. */
const cells = 4
/** Directions of edges, over half a turn. */
const directions = 6
const dims = frequencies ** 2 + 2 * cells ** 2 + directions * cells ** 2

/** How much each block counts in the whole; the squares of their lengths. */
const weights = { shapes: 0.25, colours: 0.25, edges: 0.5 }
/** Below this a block is not stretched to its full length: a grey picture has no colours, a plain one no shapes. */
const faint = { shapes: 2, colours: 0.02, edges: 20 }

export const visualEmbedder: Embedder = {
  id: 'belfry-visual-1',
  dims,
  likeness: { none: 0, full: 1 },
  embedImages: async pictures => pictures.map(picture => describe(shrink(picture))),
}

/** Each pixel is the mean of what it covers, 32 × 32 of red, green and blue: 0.15 ms, far less than asking libvips. */
function shrink({ pixels, width, height, channels }: Picture): Float64Array {
  const rgb = new Float64Array(side * side * 3)
  const edge = (i: number, length: number) => Math.floor((i * length) / side)
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [top, left] = [edge(y, height), edge(x, width)]
      const bottom = Math.max(top + 1, edge(y + 1, height))
      const right = Math.max(left + 1, edge(x + 1, width))
      let [r, g, b] = [0, 0, 0]
      for (let row = top; row < bottom; row++)
        for (
          let at = (row * width + left) * channels;
          at < (row * width + right) * channels;
          at += channels
        ) {
          r += pixels[at]!
          g += pixels[at + green]!
          b += pixels[at + blue]!
        }
      const count = (bottom - top) * (right - left)
      rgb.set([r / count, g / count, b / count], 3 * (y * side + x))
    }
  return rgb
}

/** `rgb`: 32 × 32 pixels. */
function describe(rgb: Float64Array): Float32Array {
  const luma = new Float64Array(side * side)
  const chroma = new Float64Array(2 * cells * cells)
  const perCell = (side / cells) ** 2
  for (let i = 0; i < luma.length; i++) {
    const [red, green, blue] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!]
    luma[i] = 0.299 * red + 0.587 * green + 0.114 * blue
    for (let at = 4 * i; at < 4 * i + 4; at++) {
      const share = shares[at]! / 255 / perCell
      chroma[2 * nearCells[at]!]! += (blue - luma[i]!) * share
      chroma[2 * nearCells[at]! + 1]! += (red - luma[i]!) * share
    }
  }
  const vector = new Float32Array(dims)
  place(vector, 0, shapes(luma), weights.shapes, faint.shapes)
  place(vector, frequencies ** 2, chroma, weights.colours, faint.colours)
  place(vector, frequencies ** 2 + chroma.length, edges(luma), weights.edges, faint.edges)
  vector[0] = 0.01 // in the place of the mean, which does not count: so that no vector is without a direction
  return toUnitLength(vector)
}

/** A pixel counts in the four nearest cells, so that a picture moved by a little stays alike. Four entries a pixel. */
const nearCells = new Uint8Array(4 * side * side)
const shares = new Float64Array(4 * side * side)
for (let i = 0; i < side * side; i++) {
  const near = (at: number) => {
    const place = Math.min(cells - 1, Math.max(0, ((at + 0.5) * cells) / side - 0.5))
    const first = Math.min(cells - 2, Math.floor(place))
    return { first, second: place - first }
  }
  const [down, across] = [near(Math.floor(i / side)), near(i % side)]
  for (let corner = 0; corner < 4; corner++) {
    const [row, column] = [corner >> 1, corner & 1]
    nearCells[4 * i + corner] = (down.first + row) * cells + across.first + column
    shares[4 * i + corner] =
      (row ? down.second : 1 - down.second) * (column ? across.second : 1 - across.second)
  }
}

function place(vector: Float32Array, at: number, block: Float64Array, weight: number, faint: number): void {
  const length = Math.hypot(...block, faint)
  const scale = Math.sqrt(weight) / length
  for (let i = 0; i < block.length; i++) vector[at + i] = block[i]! * scale
}

const cosines = Array.from({ length: frequencies }, (_, frequency) =>
  Float64Array.from(
    { length: side },
    (_, i) => Math.cos((Math.PI / side) * (i + 0.5) * frequency) / Math.sqrt(side),
  ),
)

/** The cosine transform's lowest frequencies; roots, so that the lowest of all do not drown the others. */
function shapes(luma: Float64Array): Float64Array {
  const rows = new Float64Array(side * frequencies)
  for (let y = 0; y < side; y++)
    for (let u = 0; u < frequencies; u++) {
      let sum = 0
      for (let x = 0; x < side; x++) sum += luma[y * side + x]! * cosines[u]![x]!
      rows[y * frequencies + u] = sum
    }
  const found = new Float64Array(frequencies ** 2)
  for (let v = 0; v < frequencies; v++)
    for (let u = 0; u < frequencies; u++) {
      let sum = 0
      for (let y = 0; y < side; y++) sum += rows[y * frequencies + u]! * cosines[v]![y]!
      found[v * frequencies + u] = Math.sign(sum) * Math.sqrt(Math.abs(sum))
    }
  found[0] = 0
  return found
}

/** Per cell, how strong edges of each direction are; less their mean, so that unlike pictures are near 0. */
function edges(luma: Float64Array): Float64Array {
  const found = new Float64Array(directions * cells ** 2)
  for (let y = 1; y < side - 1; y++)
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x
      const across = luma[i + 1]! - luma[i - 1]!
      const down = luma[i + side]! - luma[i - side]!
      const angle = (Math.atan2(down, across) / Math.PI + 1) % 1
      const direction = Math.min(directions - 1, Math.floor(angle * directions))
      const strength = Math.sqrt(across * across + down * down)
      for (let at = 4 * i; at < 4 * i + 4; at++)
        found[nearCells[at]! * directions + direction]! += strength * shares[at]!
    }
  const roots = found.map(Math.sqrt)
  const mean = roots.reduce((sum, root) => sum + root, 0) / roots.length
  return roots.map(root => root - mean)
}
