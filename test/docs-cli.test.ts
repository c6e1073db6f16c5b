// docs/reference/cli.md says exactly what the command line takes.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Command } from 'commander'
import { buildProgram } from '../src/cli/program.ts'

const page = await readFile(new URL('../docs/reference/cli.md', import.meta.url), 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map(text => [text.slice(0, text.indexOf('\n')).replaceAll('`', ''), text] as const),
)

const leaves = (command: Command, path: string): { path: string; command: Command }[] =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap(inner => leaves(inner, `${path} ${inner.name()}`))
const commands = leaves(buildProgram(), 'belfry').map(({ path, command }) => {
  const names = command.registeredArguments.map(one => `<${one.name()}${one.variadic ? '...' : ''}>`)
  return { title: [path, ...names].join(' '), command }
})

const defined = ({ options }: Command) =>
  options.map(({ flags, description, argChoices, defaultValue, negate }) => {
    const choices = argChoices ? `: ${argChoices.join(', ')}` : ''
    const preset = defaultValue === undefined || negate ? '' : `; default ${defaultValue}`
    return `\`${flags}\` | ${description}${choices}${preset}`
  })
const documented = (title: string): string[] =>
  [...(sections.get(title) ?? '').matchAll(/^\| (`-.*) \|$/gm)].map(([, row]) => row!)

test('the page has a section for each command, and no other', () => {
  assert.ok(commands.length >= 15, `only ${commands.length} commands`)
  const about = ['Which server, and as whom', 'Filters']
  assert.deepEqual(
    [...sections.keys()].filter(title => !about.includes(title)),
    commands.map(({ title }) => title),
  )
})

for (const { title, command } of commands)
  test(`${title}: every option, as it is`, () => {
    const flags = defined(command)
    const shared = ['Which server, and as whom', 'Filters'].flatMap(about => {
      const rows = documented(about)
      assert.ok(rows.length >= 3, about)
      return rows.every(row => flags.includes(row)) ? rows : []
    })
    const own = documented(title)
    assert.deepEqual([...shared, ...own].sort(), flags.sort())
    const purpose = command.description()
    assert.ok(sections.get(title)!.includes(`${purpose[0]!.toUpperCase()}${purpose.slice(1)}.\n`), purpose)
  })
