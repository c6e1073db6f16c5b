// Makes what is published: dist/belfry-<version>.tgz and dist/belfry-client-<version>.tgz. In a clone Node runs the
// TypeScript as it is; below node_modules it does not, so packages hold JavaScript.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

interface Manifest {
  version: string
  dependencies?: Record<string, string>
  [field: string]: unknown
}
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
const run = (command: string, args: string[], cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })

/** Lays a package out in dist/<name> and packs it. `files` maps its paths to ours. */
function pack(name: string, files: Record<string, string>, manifest: Manifest): void {
  const folder = join(dist, name)
  mkdirSync(folder, { recursive: true })
  for (const [to, from] of Object.entries(files))
    cpSync(join(root, from), join(folder, to), { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  run('npm', ['pack', '--silent', '--pack-destination', dist], folder)
}

for (const old of ['dist', 'client/dist']) rmSync(join(root, old), { recursive: true, force: true })
run('node', ['scripts/build-web.js'])
run('tsc', ['-p', 'client/tsconfig.build.json'])
run('tsc', ['-p', 'tsconfig.build.json', '--outDir', 'dist/server'])

const client: Manifest = {
  ...read('client/package.json'),
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist'],
}
pack('client', { dist: 'client/dist', 'README.md': 'client/README.md', LICENSE: 'LICENSE' }, client)

// The server's package carries the client in itself, so that it installs from wherever the one file came from.
const { private: _, workspaces, scripts, devDependencies, allowScripts, ...belfry } = read('package.json')
const own = Object.fromEntries(
  ['bin', 'migrations', 'web/dist', 'docs', 'README.md', 'LICENSE'].map(path => [path, path]),
)
pack(
  'belfry',
  { ...own, dist: 'dist/server', 'node_modules/@belfry/client': 'dist/client' },
  {
    ...belfry,
    dependencies: { ...belfry.dependencies, '@belfry/client': client.version },
    bundleDependencies: ['@belfry/client'],
  },
)
console.log(`dist/belfry-${belfry.version}.tgz, dist/belfry-client-${client.version}.tgz`)
