// What Explore is narrowed to: one chip for each condition. A chip opens to be changed, and goes with its cross.
import type { Notification } from '@belfry/client'
import { Box, Button, Menu } from '@mantine/core'
import { IconBellRinging, IconPlus, IconStack2 } from '@tabler/icons-react'
import { useState } from 'react'
import { FilterEditor } from '../filters/editor.tsx'
import { complete, offered } from '../filters/kinds.ts'
import { ShareSlider } from '../filters/text-editor.tsx'
import { useTags, useVocabulary } from '../filters/vocabulary.ts'
import { filterWords } from '../filters/words.ts'
import { percentText } from '../shared/count.ts'
import { Age } from '../shared/time.tsx'
import type { Change, Exploring } from './address.ts'
import { Chip, OpeningChip } from './chip.tsx'
import classes from './tab.module.css'

interface ChipsProps {
  datasetId: string
  exploring: Exploring
  alert: Notification | undefined
  onChange: (next: Change, options?: { replace: boolean }) => void
}

/** A slider that is drawn and a word that is typed are many steps, of which Back undoes none. */
const small = { replace: true }

export function Chips({ datasetId, exploring: { filters, batch, ...rest }, alert, onChange }: ChipsProps) {
  const tags = useTags(datasetId)
  const { filters: offers } = useVocabulary(datasetId)
  const [opened, setOpened] = useState<number>()
  const { vql, caption, threshold } = filters
  return (
    <Box className={classes.chips} role="group" aria-label="Filters">
      {rest.alert && (
        <Chip
          removes="the alert; its batch and filters stay"
          icon={IconBellRinging}
          isStrong
          onRemove={() => onChange({ alert: null })}
        >
          {alert ? (
            <>
              <span className="name">{alert.metadata.view_name}</span>, <Age at={alert.created_at} />
            </>
          ) : (
            'One alert'
          )}
        </Chip>
      )}
      {batch && !rest.alert && (
        <Chip removes="the batch" icon={IconStack2} onRemove={() => onChange({ batch: null })}>
          One batch
        </Chip>
      )}
      {caption && threshold > 0 && (
        <OpeningChip
          words={`“${caption}”, at least ${percentText(threshold)} relevant`}
          opened={opened === -1}
          onOpen={on => setOpened(on ? -1 : undefined)}
          onRemove={() => onChange({ caption: '', threshold: 0 })}
        >
          <ShareSlider
            label="Relevance at least"
            least={0.05}
            value={threshold}
            onChange={next => onChange({ threshold: next }, small)}
          />
        </OpeningChip>
      )}
      {vql.map((item, i) => (
        <OpeningChip
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no name of its own
          key={i}
          words={complete([item]).length > 0 ? filterWords(item, tags) : 'Choose …'}
          thumb={
            'similarity' in item && item.similarity.op === 'media'
              ? `/api/v1/media/${item.similarity.value}/thumbnail`
              : undefined
          }
          opened={opened === i}
          onOpen={on => setOpened(on ? i : undefined)}
          onRemove={() => onChange({ vql: vql.toSpliced(i, 1) })}
        >
          <FilterEditor
            datasetId={datasetId}
            item={item}
            depth={0}
            onChange={next => onChange({ vql: vql.with(i, next) }, small)}
          />
        </OpeningChip>
      ))}
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button variant="subtle" size="compact-md" leftSection={<IconPlus size={16} />}>
            Filter
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {offered(offers).map(({ kind, label, icon: Icon, empty }) => (
            <Menu.Item
              key={kind}
              leftSection={<Icon size={16} stroke={1.8} />}
              onClick={() => {
                setOpened(vql.length)
                onChange({ vql: [...vql, structuredClone(empty)] })
              }}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Box>
  )
}
