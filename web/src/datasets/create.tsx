// A new dataset from what is dropped: it is named and opened, and filled there while one watches.
import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { Dialog } from '../shared/dialog.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { DropZone } from '../upload/drop-zone.tsx'
import { type Selection, selectionOf } from '../upload/dropped.ts'
import { Selected } from '../upload/selected.tsx'
import { startUpload } from '../upload/uploads.ts'
import { languageChoices, usualLanguage } from './languages.ts'

export const CreateDataset = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Dialog opened={opened} onClose={onClose} title="New dataset" size="lg">
    <Form onClose={onClose} />
  </Dialog>
)

function Form({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const [, go] = useLocation()
  const [name, setName] = useState('')
  const [language, setLanguage] = useState(usualLanguage)
  const [selection, setSelection] = useState<Selection>()
  const [refused, setRefused] = useState('')
  const create = useMutation({
    mutationFn: async (selection: Selection) => {
      const datasetName = name.trim()
      const datasetId = await api.datasets.create(datasetName, { language })
      void startUpload({ datasetId, datasetName, selection, fills: true })
      return datasetId
    },
    onSuccess: id => {
      void queryClient.invalidateQueries({ queryKey: keys.datasets })
      onClose()
      go(`/datasets/${id}`)
    },
  })
  const failure = refused || (create.error && sentenceOf(create.error))
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (selection && name.trim()) create.mutate(selection)
      }}
    >
      <Stack>
        <DropZone
          title={selection ? 'Drop others instead' : 'Drop pictures here'}
          onFiles={files => {
            const next = selectionOf(files)
            setRefused(files.length === 0 ? 'There is no file in what was dropped.' : '')
            setSelection(files.length === 0 ? undefined : next)
            if (!name.trim()) setName(next.name)
          }}
          onRefused={setRefused}
        />
        {selection && <Selected selection={selection} />}
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          required
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Language of captions and labels"
          description="Searches find words of this language in every form: car, cars."
          data={languageChoices}
          value={language}
          allowDeselect={false}
          searchable
          onChange={value => setLanguage(value ?? usualLanguage)}
        />
        {failure && (
          <Alert color="red" role="alert" variant="light">
            {failure}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!selection || !name.trim()} loading={create.isPending}>
            Create the dataset
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
