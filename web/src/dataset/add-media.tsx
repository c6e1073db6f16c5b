// Further media: they are sent as one batch, indexed, and every view is evaluated against them.
import type { Dataset } from '@belfry/client'
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { isBusy } from '../datasets/status.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { DropZone } from '../upload/drop-zone.tsx'
import { type Selection, selectionOf } from '../upload/dropped.ts'
import { Sending } from '../upload/progress.tsx'
import { Selected } from '../upload/selected.tsx'
import { forgetUpload, startUpload, useUpload } from '../upload/uploads.ts'
import classes from './data-tab.module.css'

export function AddMedia({ dataset }: { dataset: Dataset }) {
  const [chosen, setChosen] = useState<Selection>()
  const [refused, setRefused] = useState('')
  const upload = useUpload(dataset.id)
  const selection = chosen ?? upload?.selection
  const isSending = upload?.state === 'sending'
  const send = (selection: Selection) => {
    setChosen(undefined)
    void startUpload({
      datasetId: dataset.id,
      datasetName: dataset.display_name,
      selection,
      fills: dataset.status_new === 'DRAFT' || dataset.status_new === 'ERROR',
      idempotencyKey: selection === upload?.selection ? upload.idempotencyKey : undefined,
    })
  }
  const leave = () => {
    setChosen(undefined)
    forgetUpload(dataset.id)
  }
  const failure = refused || (upload?.state === 'failed' && sentenceOf(upload.error))
  return (
    <section aria-label="Add media">
      <Title order={2} size="h4" className={classes.section}>
        Add media
      </Title>
      <Stack gap="sm">
        {!isSending && (
          <DropZone
            title="Drop pictures here"
            onFiles={files => {
              leave()
              setRefused(files.length === 0 ? 'There is no file in what was dropped.' : '')
              if (files.length > 0) setChosen(selectionOf(files))
            }}
            onRefused={setRefused}
          />
        )}
        {selection && <Selected selection={selection} />}
        {failure && (
          <Alert color="red" role="alert" variant="light">
            {failure}
          </Alert>
        )}
        {isSending ? (
          <Sending progress={upload.progress} onCancel={upload.stop} />
        ) : (
          selection && (
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" c="dimmed">
                {isBusy(dataset) && 'The batch before is still worked on.'}
              </Text>
              <Group gap={8} wrap="nowrap">
                <Button variant="default" onClick={leave}>
                  Leave it
                </Button>
                <Button disabled={isBusy(dataset)} onClick={() => send(selection)}>
                  {upload && !chosen ? 'Send them again' : 'Add them'}
                </Button>
              </Group>
            </Group>
          )
        )}
      </Stack>
    </section>
  )
}
