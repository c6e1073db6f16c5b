import type { VqlFilter } from '@belfry/client'
import { Select, Slider, Text, TextInput } from '@mantine/core'
import { percentText } from '../shared/count.ts'
import classes from './list.module.css'
import { useVocabulary } from './vocabulary.ts'

type TextValue = Extract<VqlFilter, { text: unknown }>['text']
interface TextEditorProps {
  datasetId: string
  value: TextValue
  onChange: (value: TextValue) => void
}

/** What relevance is enough, until somebody says otherwise. */
export const usualRelevance = 0.5

export function TextEditor({ datasetId, value, onChange }: TextEditorProps) {
  const { meaning } = useVocabulary(datasetId)
  const isMeant = value.op === 'semantic'
  return (
    <>
      {(meaning || isMeant) && (
        <Select
          aria-label="How"
          data={[
            { value: 'fts', label: 'has the words' },
            { value: 'semantic', label: 'means' },
          ]}
          value={value.op}
          allowDeselect={false}
          w={150}
          onChange={op =>
            onChange(
              op === 'semantic'
                ? { op, value: value.value, threshold: usualRelevance }
                : { op: 'fts', value: value.value },
            )
          }
        />
      )}
      <TextInput
        aria-label={isMeant ? 'Sentence' : 'Words'}
        data-autofocus
        placeholder={isMeant ? 'cars on a wet road' : 'night OR "ice cream" -snow'}
        description={
          isMeant ? undefined : 'Words in captions and labels; OR, “phrases”, and - for what must not occur'
        }
        inputWrapperOrder={['input', 'description']}
        value={value.value}
        maxLength={1000}
        onChange={({ currentTarget }) => onChange({ ...value, value: currentTarget.value })}
        className={classes.grow}
      />
      {isMeant && (
        <ShareSlider
          label="Relevance at least"
          value={value.threshold}
          onChange={threshold => onChange({ ...value, threshold })}
        />
      )}
    </>
  )
}

interface ShareSliderProps {
  label: string
  /** 0–1. */
  value: number
  least?: number
  onChange: (value: number) => void
}

export const ShareSlider = ({ label, value, least = 0, onChange }: ShareSliderProps) => (
  <div className={classes.grow}>
    <Text size="xs" c="dimmed" className="figures">
      {label} {percentText(value)}
    </Text>
    <Slider
      min={least}
      max={1}
      step={0.05}
      label={null} // the line above says it
      thumbLabel={label}
      value={value}
      onChange={onChange}
    />
  </div>
)
