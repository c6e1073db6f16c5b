import { TextInput } from '@mantine/core'
import { useViews } from './views.ts'

/** Why the name cannot be taken, while it is typed. */
export function useNameFault(datasetId: string, name: string): string | undefined {
  const taken = useViews(datasetId).data?.some(view => view.name === name.trim())
  return taken ? 'Another view of this dataset has this name.' : undefined
}

interface NameFieldProps {
  name: string
  fault: string | undefined
  onChange: (name: string) => void
}

export const NameField = ({ name, fault, onChange }: NameFieldProps) => (
  <TextInput
    label="Name"
    placeholder="Damaged windshields"
    value={name}
    error={fault}
    maxLength={200}
    required
    data-autofocus
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
)
