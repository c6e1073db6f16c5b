// Writes src/vectors/kernel-bytes.ts from kernel.wat. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs'
import wabt from 'wabt'

const folder = new URL('../src/vectors/', import.meta.url)

export async function assembleKernel(): Promise<Uint8Array> {
  const source = readFileSync(new URL('kernel.wat', folder), 'utf8')
  const module = (await wabt()).parseWat('kernel.wat', source, { simd: true })
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

if (import.meta.main) {
  const base64 = Buffer.from(await assembleKernel()).toString('base64')
  const lines = (base64.match(/.{1,100}/g) ?? []).map(line => `    '${line}',`)
  writeFileSync(
    new URL('kernel-bytes.ts', folder),
    `// Made from kernel.wat by 'npm run kernel'; a test compares the two.\nexport const kernelBytes = Buffer.from(\n  [\n${lines.join('\n')}\n  ].join(''),\n  'base64',\n)\n`,
  )
}
