// What is wrong with a picture, from its pixels. The formulas and their limits: docs/concepts/issues.md.

/** Confidences, 0–1. */
export interface Issues {
  blur: number
  dark: number
  bright: number
  normal: number
}

/** The variance of the Laplacian at which blur is as likely as not; between sharp photographs (≥ 280) and the same
 * ones blurred by 0.5 % of their width (≤ 105). */
const evenSharpness = 160
/** Exposure is evened out up to this factor; beyond it there is only noise to amplify. */
const maxGain = 8
const brightest = 255

/** `pixels`: rows of `channels` bytes (3: sRGB; 1: grey), without alpha. */
export function issuesOf(pixels: Uint8Array, width: number, height: number, channels: number): Issues {
  const grey = channels === 1 ? pixels : luminance(pixels, channels)
  const [low, high] = percentiles(grey, 0.05, 0.95)
  const gain = Math.min(brightest / high, maxGain)
  const blur = evenSharpness / (evenSharpness + gain * gain * laplacianVariance(grey, width, height))
  const dark = clamp(1 - high / 160)
  const bright = clamp((low - 125) / 130)
  return { blur, dark, bright, normal: 1 - Math.max(blur, dark, bright) }
}

const clamp = (value: number) => Math.min(1, Math.max(0, value))

/** Rec. 709 weights in 256ths, on the gamma-encoded values: what a screen shows, not what a sensor counted. */
function luminance(pixels: Uint8Array, channels: number): Uint8Array {
  const grey = new Uint8Array(pixels.length / channels)
  for (let i = 0, at = 0; i < grey.length; i++, at += channels)
    grey[i] = (54 * pixels[at]! + 183 * pixels[at + 1]! + 19 * pixels[at + 2]!) >> 8
  return grey
}

function percentiles(grey: Uint8Array, low: number, high: number): [number, number] {
  const histogram = new Uint32Array(brightest + 1)
  for (let i = 0; i < grey.length; i++) histogram[grey[i]!]!++ // three times as fast as for…of
  const reach = (share: number) => {
    let value = 0
    for (let seen = histogram[0]!; seen < share * grey.length; seen += histogram[value]!) value++
    return value
  }
  return [reach(low), reach(high)]
}

/** Over the inner pixels, of `left + right + above + below − 4 × centre`; 0 where there are none. */
function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  const count = (width - 2) * (height - 2)
  if (width < 3 || height < 3) return 0
  let sum = 0
  let squares = 0
  for (let row = 1; row < height - 1; row++)
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const edge = grey[i - 1]! + grey[i + 1]! + grey[i - width]! + grey[i + width]! - 4 * grey[i]!
      sum += edge
      squares += edge * edge
    }
  return squares / count - (sum / count) ** 2
}
