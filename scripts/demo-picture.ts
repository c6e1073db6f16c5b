// Draws what the demo prints as a picture for the README: `npm run demo -- --clean --exit | node scripts/demo-picture.ts`.
import { writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'

const columns = 86
const charWidth = 8.4
const lineHeight = 20
const pad = 18

const printed = stripVTControlCharacters(await text(process.stdin))
const from = printed.indexOf('Belfry demo')
if (from === -1) throw new Error('The demo printed nothing; pipe its output in.')
const lines = ['$ npm ci && npm run demo', '', ...printed.slice(from).trimEnd().split('\n')].map(shorten)

function shorten(line: string): string {
  const token = line.replace(/Bearer [\w.-]+/, 'Bearer eyJhbGciOi…').replace(/sign-in#\S+/, 'sign-in#UbQC5q…')
  return token.length > columns ? `${token.slice(0, columns - 1)}…` : token
}
const asText = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const colour = (line: string) =>
  line.startsWith('$')
    ? '#7ee787'
    : line.includes('▲')
      ? '#ffa657'
      : line === 'Belfry demo'
        ? '#e6edf3'
        : '#adbac7'

const width = columns * charWidth + 2 * pad
const height = lines.length * lineHeight + 2 * pad
await writeFile(
  new URL('../docs/images/demo.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What npm run demo prints">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${lines.map((line, i) => `<text x="${pad}" y="${pad + (i + 0.75) * lineHeight}" fill="${colour(line)}">${asText(line)}</text>`).join('\n')}
</g>
</svg>
`,
)
