// A new view: what it looks for is built on the left, what it would have found is shown on the right meanwhile.
import type { EntityType, ViewFilters, VqlItem } from '@belfry/client'
import { Alert, Button, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { entityChoices } from '../filters/entities.ts'
import { complete } from '../filters/kinds.ts'
import { FilterList } from '../filters/list.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { NameField, useNameFault } from './name.tsx'
import { PreviewPane } from './preview.tsx'
import classes from './tab.module.css'
import { useSaveView } from './views.ts'

/** So long after the last change the server is asked. */
const settleMs = 250

export function Builder({ datasetId, onDone }: { datasetId: string; onDone: () => void }) {
  const [name, setName] = useState('')
  const [type, setType] = useState<EntityType>('IMAGES')
  const [caption, setCaption] = useState('')
  const [items, setItems] = useState<VqlItem[]>([])
  const filters = useMemo<ViewFilters>(
    () => ({ entity_type: type, caption: caption.trim() || undefined, vql: complete(items) }),
    [type, caption, items],
  )
  const [settled] = useDebouncedValue(filters, settleMs)
  const fault = useNameFault(datasetId, name)
  const save = useSaveView(datasetId)
  return (
    <form
      className={classes.builder}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() && !fault) save.mutate({ name, filters }, { onSuccess: onDone })
      }}
    >
      <Stack gap="lg">
        <Title order={2} size="h4">
          New view
        </Title>
        <NameField name={name} fault={fault} onChange={setName} />
        <div>
          <Text size="sm" fw={550} mb={6} id="looks-at">
            What it looks at
          </Text>
          <SegmentedControl
            aria-labelledby="looks-at"
            data={entityChoices}
            value={type}
            onChange={value => setType(value as EntityType)}
          />
        </div>
        <TextInput
          label="Text"
          description='In captions and labels: words, OR, "phrases", and - for what must not occur'
          value={caption}
          maxLength={1000}
          onChange={({ currentTarget }) => setCaption(currentTarget.value)}
        />
        <section aria-label="Conditions">
          <Text size="sm" fw={550} mb={6}>
            Conditions, all of which must hold
          </Text>
          <FilterList datasetId={datasetId} items={items} onChange={setItems} />
        </section>
        {save.error && (
          <Alert color="red" role="alert" variant="light">
            {sentenceOf(save.error)}
          </Alert>
        )}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={!name.trim() || fault !== undefined}>
            Save the view
          </Button>
          <Button variant="default" onClick={onDone}>
            Leave it
          </Button>
        </Group>
      </Stack>
      <PreviewPane datasetId={datasetId} filters={settled} />
    </form>
  )
}
