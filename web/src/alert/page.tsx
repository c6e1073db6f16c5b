// Where a link to an alert leads: to the items that matched, in Explore of their dataset.
import { IconPhotoOff } from '@tabler/icons-react'
import { Redirect } from 'wouter'
import { alertAddress } from '../inbox/address.ts'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { useAlert } from './use-alert.ts'

export function AlertPage({ params: { notificationId } }: { params: { notificationId: string } }) {
  const { data: alert, error, refetch } = useAlert(notificationId)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!alert) return null
  if (alert.dataset_id) return <Redirect to={alertAddress(alert)} replace />
  const { view_name, dataset_name } = alert.metadata
  return (
    <EmptyState icon={IconPhotoOff} title="They are no longer there">
      What “<span className="name">{view_name}</span>” had found was deleted with the dataset{' '}
      <span className="name">{dataset_name}</span>.
    </EmptyState>
  )
}
