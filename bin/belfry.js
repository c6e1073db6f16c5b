#!/usr/bin/env node
// From a clone Node runs the TypeScript as it is; the published package ships only the compiled `dist`.
// This file must run on old versions of Node, to say that they are old.
import { existsSync } from 'node:fs'
import module from 'node:module'

const needed = [22, 18]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Belfry needs Node ${needed.join('.')} or newer; this is ${process.version}. In a clone, after 'npm ci', ` +
      "'npm start', 'npm run demo' and 'npm run belfry -- <command>' bring their own.",
  )
  process.exit(2)
}

// A command spends most of its time being compiled; from the second one on that is read from the folder of temporary files.
module.enableCompileCache()

// Node 22 calls type stripping and its SQLite experimental; both are pinned by the tests, and no news to a user.
const warn = process.listeners('warning')
process.removeAllListeners('warning')
process.on('warning', warning => {
  if (warning.name !== 'ExperimentalWarning') for (const listener of warn) listener(warning)
})

const source = new URL('../src/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
