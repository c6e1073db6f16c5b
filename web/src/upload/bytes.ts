const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** `3.4 MB`, in the reader's own digits. */
export function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)))
  const format = { style: 'unit', unit: units[power], maximumFractionDigits: power === 0 ? 0 : 1 } as const
  return new Intl.NumberFormat(undefined, format).format(bytes / 1000 ** power)
}
