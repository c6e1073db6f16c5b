// How far it is: a bar for a person at a terminal, nothing for a script.
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** `share` is 0–1. */
  at(share: number, detail: string): void
  end(): void
}

let drawn: Progress | undefined

/** Drawn on standard error, so that results can be piped. It goes away when it ends. */
export function showProgress(label: string): Progress {
  if (!process.stderr.isTTY) return { at() {}, end() {} }
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label.padEnd(12)}{bar} {percentage}%  {detail}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 28,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(1, 0, { detail: '' })
  const progress = {
    at: (share: number, detail: string) => bar.update(Math.min(share, 1), { detail }),
    end() {
      if (drawn === progress) bar.stop()
      drawn = undefined
    },
  }
  drawn = progress
  return progress
}

/** Before something is written to the line on which the bar stands. */
export const clearProgress = (): void => drawn?.end()

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
