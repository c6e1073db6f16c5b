import { readFileSync } from 'node:fs'

/** The version of package.json, beside src/ in a clone and beside dist/ when installed. */
export const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  version: string
}
