import { Autocomplete, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import classes from './list.module.css'
import { useVocabulary } from './vocabulary.ts'

interface MetadataValue {
  field_name: string
  op: string
  value: unknown
}
interface MetadataEditorProps {
  datasetId: string
  value: MetadataValue
  onChange: (value: MetadataValue) => void
}

/** What the value becomes when the comparison asks for another form of it. */
const ops: { value: string; label: string; form: 'text' | 'texts' | 'number' | 'days' }[] = [
  { value: 'is', label: 'is', form: 'text' },
  { value: 'contains', label: 'contains', form: 'text' },
  { value: 'one_of', label: 'is any of', form: 'texts' },
  { value: 'eq', label: '=', form: 'number' },
  { value: 'gt', label: '>', form: 'number' },
  { value: 'gte', label: '≥', form: 'number' },
  { value: 'lt', label: '<', form: 'number' },
  { value: 'lte', label: '≤', form: 'number' },
  { value: 'between', label: 'is between the days', form: 'days' },
]
const empty = { text: '', texts: [], number: '', days: ['', ''] }

export function MetadataEditor({ datasetId, value, onChange }: MetadataEditorProps) {
  const { metadata } = useVocabulary(datasetId)
  const form = ops.find(({ value: op }) => op === value.op)?.form ?? 'text'
  const set = (next: unknown) => onChange({ ...value, value: next })
  const choose = (field_name: string) => {
    const isNumber = metadata.some(({ name, type }) => name === field_name && type === 'number')
    if (isNumber && form !== 'number') onChange({ field_name, op: 'eq', value: empty.number })
    else onChange({ ...value, field_name })
  }
  const days = (Array.isArray(value.value) ? value.value : empty.days) as string[]
  return (
    <>
      <Autocomplete
        aria-label="Field"
        placeholder="Field"
        data={metadata.map(({ name }) => name)}
        value={value.field_name}
        onChange={choose}
        w={150}
      />
      <Select
        aria-label="How"
        data={ops}
        value={value.op}
        allowDeselect={false}
        w={130}
        onChange={next => {
          const nextForm = ops.find(({ value: op }) => op === next)!.form
          onChange({ ...value, op: next!, value: nextForm === form ? value.value : empty[nextForm] })
        }}
      />
      {form === 'text' && (
        <TextInput
          aria-label="Value"
          value={String(value.value)}
          onChange={({ currentTarget }) => set(currentTarget.value)}
          className={classes.grow}
        />
      )}
      {form === 'texts' && (
        <TagsInput
          aria-label="Values"
          value={value.value as string[]}
          onChange={set}
          className={classes.grow}
          splitChars={[]}
          acceptValueOnBlur
        />
      )}
      {form === 'number' && (
        <NumberInput
          aria-label="Number"
          value={value.value as number | string}
          onChange={next => set(typeof next === 'number' ? next : '')}
          w={140}
        />
      )}
      {form === 'days' && (
        <>
          <TextInput
            type="date"
            aria-label="From this day on"
            value={days[0]}
            onChange={({ currentTarget }) => set([currentTarget.value, days[1]])}
          />
          <TextInput
            type="date"
            aria-label="Up to this day"
            value={days[1]}
            onChange={({ currentTarget }) => set([days[0], currentTarget.value])}
          />
        </>
      )}
    </>
  )
}
