// What can be done with a dataset as a whole, by who may.
import type { Dataset } from '@belfry/client'
import { Button, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconShare3 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import { contentsOf } from '../datasets/contents.ts'
import { mayEdit, useDeleteDataset, useRole } from '../datasets/datasets.ts'
import { Share } from '../datasets/share.tsx'
import { Confirm } from '../shared/confirm.tsx'
import { sentenceOf } from '../shared/states.tsx'

export function Actions({ dataset }: { dataset: Dataset }) {
  const [, go] = useLocation()
  const role = useRole(dataset.id)
  const [sharing, { open, close }] = useDisclosure()
  const remove = useDeleteDataset()
  const reindex = useMutation({ mutationFn: () => api.media.reindex(dataset.id) })
  const failed = (error: unknown) => notifications.show({ color: 'red', message: sentenceOf(error) })
  return (
    <Group gap="sm">
      {dataset.status_new === 'PARTIAL INDEX' && mayEdit(role) && (
        <Button
          variant="light"
          loading={reindex.isPending}
          onClick={() => reindex.mutate(undefined, { onError: failed })}
        >
          Index what was added
        </Button>
      )}
      <Button variant="default" leftSection={<IconShare3 size={18} stroke={1.7} />} onClick={open}>
        Share
      </Button>
      {role === 'owner' && (
        <Confirm
          label="Delete"
          title="Delete the dataset?"
          does="Delete for good"
          color="red.9"
          loading={remove.isPending}
          onConfirm={() => remove.mutate(dataset, { onSuccess: () => go('/datasets'), onError: failed })}
        >
          <span className="name">“{dataset.display_name}”</span> goes, with {contentsOf(dataset).join(', ')},
          the views and their trends, for everybody it is shared with. Past alerts stay in the inbox.
        </Confirm>
      )}
      <Share datasetId={dataset.id} opened={sharing} onClose={close} />
    </Group>
  )
}
