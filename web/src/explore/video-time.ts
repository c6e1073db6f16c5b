/** `00:01:23.500` in seconds. */
export const secondsOf = (clock: string): number =>
  clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

/** `00:01:23.500` as players write it: `1:23`; hours only where there are any. */
export const clockText = (clock: string): string =>
  clock
    .replace(/\.\d+$/, '')
    .replace(/^00:/, '')
    .replace(/^0(?=\d)/, '')
