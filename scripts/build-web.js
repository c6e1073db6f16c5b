// Builds the web inbox into web/dist, unless what is there was made from the same sources. npm runs it after an
// install and before a start. JavaScript, because an install may run it with a Node that reads no TypeScript.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'web/dist')
const stampFile = join(dist, '.made-from')
/** Pictures and fonts are compressed already. */
const compressible = new Set(['.js', '.css', '.html', '.svg', '.webmanifest'])

/** @param {string} folder */
const filesIn = folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => join(folder, path))
    .filter(path => statSync(path).isFile())
    .sort()

function fingerprint() {
  const sources = [
    'web/index.html',
    'web/vite.config.ts',
    'web/package.json',
    'package-lock.json',
    'scripts/build-web.js',
  ]
  const paths = [
    ...sources.map(path => join(root, path)),
    ...['web/src', 'web/public', 'client/src'].flatMap(folder => filesIn(join(root, folder))),
  ]
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path))
  return hash.digest('hex')
}

/** Beside each file what the server sends to who accepts it. @param {string} folder */
function compress(folder) {
  for (const path of filesIn(folder)) {
    if (!compressible.has(extname(path))) continue
    const bytes = readFileSync(path)
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    )
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

async function build() {
  const made = fingerprint()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === made) return
  const vite = await import('vite').catch(() => undefined)
  if (!vite)
    return console.error(
      'The web inbox is not built: Vite is a development dependency, run npm ci without --omit=dev.',
    )
  console.error('Building the web inbox …')
  // Built aside and put in place at once, so that a running server never serves half of it.
  const aside = join(root, `web/dist-${process.pid}`)
  await vite.build({ root: join(root, 'web'), logLevel: 'warn', build: { outDir: aside, emptyOutDir: true } })
  compress(aside)
  writeFileSync(join(aside, '.made-from'), made)
  rmSync(dist, { recursive: true, force: true })
  renameSync(aside, dist)
}

await build()
