// Numbers of the metadata are compared by the database as decimals of any length. A double says the same as long as
// both have at most 15 significant digits; longer ones are compared here digit by digit.

/** Texts up to this length have at most 15 digits, so that equal doubles mean equal decimals. */
export const exactLength = 15

/** Negative, 0 or positive. Takes plain decimals and those with an exponent. */
export function compareDecimals(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)]
  const scale = Math.max(x.scale, y.scale)
  const difference = x.digits * 10n ** BigInt(scale - x.scale) - y.digits * 10n ** BigInt(scale - y.scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The value is digits / 10^scale. */
function parse(text: string): { digits: bigint; scale: number } {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** The next double. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const double = new Float64Array([value])
  new BigInt64Array(double.buffer)[0]! += value > 0 ? 1n : -1n
  return double[0]!
}
