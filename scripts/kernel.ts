// Writes the bytes of each kernel in WebAssembly from its source beside them. Tests compare the two.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import wabt from 'wabt'

const kernels = ['vectors/kernel', 'media/measure/shrink']

const pathOf = (kernel: string, ending: string) => new URL(`../src/${kernel}${ending}`, import.meta.url)

/** `kernel`: the path of its source in `src/`, without its ending. */
export async function assemble(kernel: string): Promise<Uint8Array> {
  const name = `${basename(kernel)}.wat`
  const module = (await wabt()).parseWat(name, readFileSync(pathOf(kernel, '.wat'), 'utf8'), {
    simd: true,
    relaxed_simd: true,
  })
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

if (import.meta.main)
  for (const kernel of kernels) {
    const name = basename(kernel)
    const base64 = Buffer.from(await assemble(kernel)).toString('base64')
    const lines = (base64.match(/.{1,100}/g) ?? []).map(line => `    '${line}',`)
    writeFileSync(
      pathOf(kernel, '-bytes.ts'),
      `// Made from ${name}.wat by 'npm run kernel'; a test compares the two.\nexport const ${name}Bytes = Buffer.from(\n  [\n${lines.join('\n')}\n  ].join(''),\n  'base64',\n)\n`,
    )
  }
