// The media of a dataset under any filter, or what an alert counted. What is chosen stands in the address.
import type { VqlItem } from '@belfry/client'
import { Button, Group, SegmentedControl, Switch, Text } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconDeviceFloppy } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { entityChoices, entityNouns } from '../filters/entities.ts'
import { count } from '../shared/count.ts'
import type { Change } from './address.ts'
import { Chips } from './chips.tsx'
import { Details } from './details.tsx'
import { Grid } from './grid.tsx'
import { useLikeness } from './likeness.ts'
import { useFirstPage } from './pages.ts'
import { SaveView } from './save-view.tsx'
import { useScope } from './scope.ts'
import { SearchBox } from './search-box.tsx'
import classes from './tab.module.css'

export function ExploreTab({ datasetId }: { datasetId: string }) {
  const { exploring, asked, alert, change } = useScope(datasetId)
  const { filters, batch, grouped } = exploring
  const { data: found, error } = useFirstPage(datasetId, asked)
  const total = found?.total
  const [chosen, setChosen] = useState<number>()
  const [saving, { open, close }] = useDisclosure()
  const wide = useMediaQuery('(min-width: 62em)', true)
  const isAlert = exploring.alert !== null
  const isNarrowed = filters.caption !== '' || filters.vql.length > 0 || filters.entity_type !== 'IMAGES'
  const totalWords = (n: number) =>
    grouped
      ? count(n, 'group')
      : isNarrowed || isAlert || batch !== null
        ? count(n, 'match')
        : count(n, entityNouns[filters.entity_type])
  const narrow = (next: Change, options?: { replace: boolean }) => {
    setChosen(undefined)
    change(next, options)
    if (!options?.replace) window.scrollTo(0, 0) // what is found begins with the best
  }
  const add = (item: VqlItem) => narrow({ vql: [...filters.vql, item] })
  /** Of everything that is in the dataset; Back leads to what was narrowed before. */
  const showLike = (item: VqlItem) =>
    narrow({ caption: '', threshold: 0, vql: [item], batch: null, alert: null })
  const likeness = useLikeness(datasetId, showLike)
  const shownAlert = useRef(exploring.alert)
  useEffect(() => {
    if (shownAlert.current === exploring.alert) return
    shownAlert.current = exploring.alert
    setChosen(undefined)
    window.scrollTo(0, 0) // another alert is another page
  }, [exploring.alert])
  return (
    <>
      <Group gap="sm" mb={10} role="search" aria-label="Explore">
        <SearchBox
          datasetId={datasetId}
          caption={filters.caption}
          threshold={filters.threshold}
          onSearch={narrow}
          onPicture={likeness.searchBy}
        />
        <SegmentedControl
          aria-label="What is shown"
          data={entityChoices}
          value={filters.entity_type}
          onChange={type => narrow({ entity_type: type as typeof filters.entity_type })}
        />
      </Group>
      <Chips datasetId={datasetId} exploring={exploring} alert={alert} onChange={narrow} />
      <Group justify="space-between" my={10} mih={36} gap="sm">
        <Text size="sm" c="dimmed" className="figures" role="status">
          {likeness.isSearching
            ? 'Looking at the picture …'
            : total === undefined
              ? !error && 'Counting …'
              : totalWords(total)}
        </Text>
        {!isAlert && (
          <Group gap="lg">
            <Switch
              label="Group what is alike"
              checked={grouped}
              onChange={({ currentTarget }) => narrow({ grouped: currentTarget.checked })}
            />
            {isNarrowed && (
              <Button
                variant="light"
                leftSection={<IconDeviceFloppy size={18} stroke={1.7} />}
                onClick={open}
              >
                Save view
              </Button>
            )}
          </Group>
        )}
      </Group>
      <div
        className={classes.split}
        {...likeness.target}
        data-over={likeness.isOver || undefined}
        data-open={(wide && chosen !== undefined) || undefined}
      >
        <Grid
          datasetId={datasetId}
          exploring={asked}
          chosen={chosen}
          onChoose={setChosen}
          isNarrowed={isNarrowed || batch !== null}
        />
        {chosen !== undefined && (
          <Details
            datasetId={datasetId}
            exploring={asked}
            index={chosen}
            wide={wide}
            onIndex={setChosen}
            onFilter={add}
            onLike={showLike}
          />
        )}
        {likeness.isOver && <div className={classes.dropHint}>Drop a picture to find what looks like it</div>}
      </div>
      <SaveView
        datasetId={datasetId}
        filters={{
          entity_type: asked.filters.entity_type,
          caption: filters.caption || undefined,
          threshold: filters.threshold || undefined,
          vql: asked.filters.vql,
        }}
        narrowedToBatch={batch !== null}
        opened={saving}
        onClose={close}
      />
    </>
  )
}
