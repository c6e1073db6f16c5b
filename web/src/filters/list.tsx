// Conditions that must all hold, one a line; more are added from a menu. Groups hold lists of their own.
import type { VqlItem } from '@belfry/client'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { FilterEditor } from './editor.tsx'
import { kindOf, offered } from './kinds.ts'
import classes from './list.module.css'
import { useVocabulary } from './vocabulary.ts'

interface FilterListProps {
  datasetId: string
  items: VqlItem[]
  onChange: (items: VqlItem[]) => void
  /** Groups within groups: the server takes them, but nobody can read them. */
  depth?: number
}

const maxDepth = 1

export function FilterList({ datasetId, items, onChange, depth = 0 }: FilterListProps) {
  const { filters } = useVocabulary(datasetId)
  const choices = offered(filters).filter(
    ({ kind }) => depth < maxDepth || (kind !== 'any_of' && kind !== 'not'),
  )
  const replace = (index: number, item: VqlItem) => onChange(items.with(index, item))
  return (
    <div className={classes.list}>
      {items.map((item, index) => {
        const { label = 'Condition', icon: Icon } = kindOf(item) ?? {}
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no name of its own; its place is what it is
          <fieldset key={index} className={classes.item}>
            <legend className={classes.legend}>
              {Icon && <Icon size={16} stroke={1.8} />}
              {label}
            </legend>
            <div className={classes.editor}>
              <FilterEditor
                datasetId={datasetId}
                item={item}
                onChange={next => replace(index, next)}
                depth={depth}
              />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove the condition: ${label}`}
              className={classes.remove}
              onClick={() => onChange(items.toSpliced(index, 1))}
            >
              <IconX size={18} />
            </ActionIcon>
          </fieldset>
        )
      })}
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button variant="light" size="sm" leftSection={<IconPlus size={16} />} className={classes.add}>
            Add a condition
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map(({ kind, label, icon: Icon, empty }) => (
            <Menu.Item
              key={kind}
              leftSection={<Icon size={16} stroke={1.8} />}
              onClick={() => onChange([...items, structuredClone(empty)])}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
