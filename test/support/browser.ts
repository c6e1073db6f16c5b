// A real browser without a window.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { unmarked } from './overdue.ts'

export const chromiumPath = '/usr/bin/chromium'
export const skip = existsSync(chromiumPath) ? false : 'needs Debian’s chromium'

/** Far beyond what anything here takes, on a machine that does other things too. */
export const deadlineMs = 120_000

/** A signal ends this process as any other; a browser whose pipe is closed ends by itself, with its crash handlers. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-background-networking'],
    env: unmarked(),
    timeout: deadlineMs,
    handleSIGTERM: false,
    handleSIGHUP: false,
    handleSIGINT: false,
  })
