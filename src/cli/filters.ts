// A view's filters as flags: each adds one condition, and all must hold.
import type { EntityType, Issue, ViewFilters, VqlItem } from '@belfry/client'
import { type Command, Option } from 'commander'
import { WrongUse } from './failure.ts'

export interface FilterFlags {
  label?: string[]
  notLabel?: string[]
  caption?: string
  issue?: string[]
  folder?: string[]
  entity?: string
  vql?: string
}

const collect = (value: string, before: string[] = []) => [...before, value]

export const filterOptions = (command: Command): Command =>
  command
    .option('--label <label>', 'has the label; given again: one of them', collect)
    .option('--not-label <label>', 'does not have the label; given again: none of them', collect)
    .option('--caption <words>', 'caption or labels have the words; AND, OR, -not, "a phrase"')
    .option(
      '--issue <issue>',
      'blur, dark, bright, normal, duplicates, outliers, mislabels or label_outlier; dark:0.8 asks for that confidence',
      collect,
    )
    .option('--folder <folder>', 'in this folder; given again: in one of them', collect)
    .option('--vql <json>', 'further conditions as a VQL array, see docs/reference/vql.md')
    .addOption(
      new Option('--entity <kind>', 'what is counted')
        .choices(['images', 'objects', 'videos'])
        .default('images'),
    )

/** Throws WrongUse when --vql is not a JSON array; what it means is for the server to judge. */
export function readFilters(flags: FilterFlags): ViewFilters {
  const vql: VqlItem[] = []
  if (flags.label) vql.push({ labels: { op: 'one_of', value: flags.label } })
  if (flags.notLabel) vql.push({ labels: { op: 'not_one_of', value: flags.notLabel } })
  for (const text of flags.issue ?? []) {
    const [issue, confidence] = text.split(':')
    vql.push({
      issues: {
        op: 'issue',
        value: issue as Issue,
        ...(confidence === undefined ? {} : { confidence_min: Number(confidence) }),
      },
    })
  }
  if (flags.folder) vql.push({ folders: { op: 'one_of', value: flags.folder } })
  return {
    entity_type: flags.entity?.toUpperCase() as EntityType | undefined,
    caption: flags.caption,
    vql: [...vql, ...readVql(flags.vql)],
  }
}

function readVql(text = '[]'): VqlItem[] {
  try {
    const items: unknown = JSON.parse(text)
    if (Array.isArray(items)) return items
  } catch {}
  throw new WrongUse(`--vql must be a JSON array, like '[{"labels":{"op":"one_of","value":["car"]}}]'.`)
}
