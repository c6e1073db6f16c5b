import type { IssueFilter } from '@belfry/client'
import { RangeSlider, Select, Text } from '@mantine/core'
import { percentText } from '../shared/count.ts'
import classes from './list.module.css'
import { useVocabulary } from './vocabulary.ts'

const issues = [
  { value: 'blur', label: 'blurred' },
  { value: 'dark', label: 'dark' },
  { value: 'bright', label: 'bright' },
  { value: 'normal', label: 'without an issue' },
  { value: 'duplicates', label: 'a duplicate' },
  { value: 'outliers', label: 'an outlier' },
  { value: 'mislabels', label: 'mislabelled' },
  { value: 'label_outlier', label: 'an outlier of its label' },
]

interface IssueEditorProps {
  datasetId: string
  value: IssueFilter
  onChange: (value: IssueFilter) => void
}

export function IssueEditor({ datasetId, value, onChange }: IssueEditorProps) {
  const { issues: found } = useVocabulary(datasetId)
  const { mode = 'in', confidence_min = 0.5, confidence_max = 1 } = value
  return (
    <>
      <Select
        aria-label="How"
        data={[
          { value: 'in', label: 'is' },
          { value: 'out', label: 'is not' },
        ]}
        value={mode}
        allowDeselect={false}
        w={90}
        onChange={next => onChange({ ...value, mode: next as 'in' | 'out' })}
      />
      <Select
        aria-label="Issue"
        data={issues.filter(issue => found.includes(issue.value) || issue.value === value.value)}
        value={value.value}
        allowDeselect={false}
        w={160}
        onChange={next => onChange({ ...value, value: next as IssueFilter['value'] })}
      />
      <div className={classes.grow}>
        <Text size="xs" c="dimmed" className="figures">
          Confidence {percentText(confidence_min)} to {percentText(confidence_max)}
        </Text>
        <RangeSlider
          min={0}
          max={1}
          step={0.05}
          minRange={0}
          label={percentText}
          value={[confidence_min, confidence_max]}
          thumbFromLabel="Least confidence"
          thumbToLabel="Most confidence"
          onChange={([min, max]) => onChange({ ...value, confidence_min: min, confidence_max: max })}
        />
      </div>
    </>
  )
}
