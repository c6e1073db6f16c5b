// The commands we tell people to type must work where they are.
import { basename, relative } from 'node:path'

/** `belfry <args>` as it has to be typed here: through npm in a clone, plainly when installed. */
export function belfry(args: string, { env, argv } = process): string {
  if (env.npm_command === 'exec') return `npx belfry ${args}`
  if (env.npm_command) return `npm run belfry -- ${args}`
  const script = argv[1] ?? 'belfry'
  return basename(script) === 'belfry.js'
    ? `node ${relative(process.cwd(), script)} ${args}`
    : `belfry ${args}`
}

/** Quoted where a shell would take it apart. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
