// One condition being chosen; each kind has the controls that fit its values.
import type { Issue, PathOp, SetOp, VqlItem } from '@belfry/client'
import { Box, Button, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { IssueEditor } from './issue-editor.tsx'
import classes from './list.module.css'
import { FilterList } from './list.tsx'
import { MetadataEditor } from './metadata-editor.tsx'
import { ShareSlider, TextEditor } from './text-editor.tsx'
import { useTags, useVocabulary } from './vocabulary.ts'

interface FilterEditorProps {
  datasetId: string
  item: VqlItem
  onChange: (item: VqlItem) => void
  depth: number
}

const setOps: { value: SetOp; label: string }[] = [
  { value: 'one_of', label: 'is any of' },
  { value: 'is', label: 'is all of' },
  { value: 'not_one_of', label: 'is none of' },
  { value: 'is_not', label: 'is not all of' },
]
const pathOps: { value: PathOp; label: string }[] = [
  { value: 'one_of', label: 'is any of' },
  { value: 'contains', label: 'contains' },
  { value: 'starts_with', label: 'starts with' },
  { value: 'ends_with', label: 'ends with' },
]

export function FilterEditor({ datasetId, item, onChange, depth }: FilterEditorProps) {
  if ('labels' in item)
    return (
      <LabelsEditor datasetId={datasetId} value={item.labels} onChange={labels => onChange({ labels })} />
    )
  if ('tags' in item)
    return <TagsEditor datasetId={datasetId} value={item.tags} onChange={tags => onChange({ tags })} />
  if ('text' in item)
    return <TextEditor datasetId={datasetId} value={item.text} onChange={text => onChange({ text })} />
  if ('duplicates' in item)
    return (
      <ShareSlider
        label="Alike at least"
        value={item.duplicates.value}
        onChange={value => onChange({ duplicates: { op: 'duplicates', value } })}
      />
    )
  if ('uniqueness' in item)
    return (
      <ShareSlider
        label="Unique above"
        value={item.uniqueness.value}
        onChange={value => onChange({ uniqueness: { op: 'uniqueness', value } })}
      />
    )
  if ('similarity' in item)
    return (
      <ShareSlider
        label="As far from it as"
        value={item.similarity.threshold}
        onChange={threshold => onChange({ similarity: { ...item.similarity, threshold } })}
      />
    )
  if ('issues' in item)
    return (
      <IssueEditor
        datasetId={datasetId}
        value={item.issues}
        onChange={issues => onChange({ issues: { ...issues, value: issues.value as Issue } })}
      />
    )
  if ('folders' in item)
    return (
      <PathEditor
        datasetId={datasetId}
        name="Folder"
        value={item.folders}
        onChange={folders => onChange({ folders })}
      />
    )
  if ('files' in item)
    return (
      <PathEditor
        datasetId={datasetId}
        name="File"
        value={item.files}
        onChange={files => onChange({ files })}
      />
    )
  if ('metadata' in item)
    return (
      <MetadataEditor
        datasetId={datasetId}
        value={item.metadata}
        onChange={metadata => onChange({ metadata })}
      />
    )
  if ('created' in item) {
    const [from, to] = item.created.value
    const between = (value: [string, string]) => onChange({ created: { op: 'between', value } })
    return (
      <>
        <TextInput
          type="date"
          aria-label="From this day on"
          value={from}
          max={to || undefined}
          onChange={({ currentTarget }) => between([currentTarget.value, to])}
        />
        <span>to</span>
        <TextInput
          type="date"
          aria-label="Up to this day"
          value={to}
          min={from || undefined}
          onChange={({ currentTarget }) => between([from, currentTarget.value])}
        />
      </>
    )
  }
  if ('not' in item)
    return (
      <div className={classes.groups}>
        <span className={classes.or}>These do not hold together:</span>
        <FilterList
          datasetId={datasetId}
          items={item.not}
          onChange={not => onChange({ not })}
          depth={depth + 1}
        />
      </div>
    )
  if ('any_of' in item)
    return (
      <div className={classes.groups}>
        {item.any_of.map((group, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as in the list
          <Box key={i} className={classes.groups} role="group" aria-label={`Alternative ${i + 1}`}>
            {i > 0 && <span className={classes.or}>or</span>}
            <FilterList
              datasetId={datasetId}
              items={group}
              onChange={next => onChange({ any_of: item.any_of.with(i, next) })}
              depth={depth + 1}
            />
          </Box>
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          style={{ justifySelf: 'start' }}
          onClick={() => onChange({ any_of: [...item.any_of, []] })}
        >
          Another alternative
        </Button>
      </div>
    )
  return <span className={classes.or}>This page does not know this condition; it is kept as it is.</span>
}

interface SetEditorProps {
  datasetId: string
  value: { op: SetOp; value: string[] }
  onChange: (value: { op: SetOp; value: string[] }) => void
}

const SetOps = ({ value, onChange }: Omit<SetEditorProps, 'datasetId'>) => (
  <Select
    aria-label="How"
    data={setOps}
    value={value.op}
    allowDeselect={false}
    w={140}
    onChange={op => onChange({ ...value, op: op as SetOp })}
  />
)

function LabelsEditor({ datasetId, value, onChange }: SetEditorProps) {
  const { labels } = useVocabulary(datasetId)
  return (
    <>
      <SetOps value={value} onChange={onChange} />
      <TagsInput
        aria-label="Labels"
        placeholder={value.value.length === 0 ? 'Choose labels' : undefined}
        data={labels.map(({ name }) => name)}
        value={value.value}
        onChange={chosen => onChange({ ...value, value: chosen })}
        className={classes.grow}
        splitChars={[]}
        limit={50}
        acceptValueOnBlur
      />
    </>
  )
}

function TagsEditor({ datasetId, value, onChange }: SetEditorProps) {
  const tags = useTags(datasetId)
  return (
    <>
      <SetOps value={value} onChange={onChange} />
      <MultiSelect
        aria-label="Tags"
        placeholder={value.value.length === 0 ? (tags.length > 0 ? 'Choose tags' : 'No tags yet') : undefined}
        data={tags.map(({ id, name }) => ({ value: id, label: name }))}
        value={value.value}
        onChange={chosen => onChange({ ...value, value: chosen })}
        className={classes.grow}
        searchable
      />
    </>
  )
}

interface PathValue {
  op: PathOp
  value: string | string[]
}
interface PathEditorProps {
  datasetId: string
  name: 'Folder' | 'File'
  value: PathValue
  onChange: (value: PathValue) => void
}

function PathEditor({ datasetId, name, value, onChange }: PathEditorProps) {
  const { folders } = useVocabulary(datasetId)
  const { op } = value
  const suggested = name === 'Folder' ? folders.map(folder => folder.name).filter(Boolean) : []
  const list = Array.isArray(value.value) ? value.value : [value.value].filter(Boolean)
  return (
    <>
      <Select
        aria-label="How"
        data={pathOps}
        value={op}
        allowDeselect={false}
        w={140}
        onChange={next => onChange({ op: next as PathOp, value: next === 'one_of' ? list : (list[0] ?? '') })}
      />
      {op === 'one_of' ? (
        <TagsInput
          aria-label={`${name}s`}
          placeholder={list.length === 0 ? (name === 'Folder' ? 'left/front' : 'a.png') : undefined}
          data={suggested}
          value={list}
          onChange={chosen => onChange({ op, value: chosen })}
          className={classes.grow}
          splitChars={[]}
          acceptValueOnBlur
        />
      ) : (
        <TextInput
          data-autofocus
          aria-label={name}
          value={list[0] ?? ''}
          maxLength={1000}
          onChange={({ currentTarget }) => onChange({ op, value: currentTarget.value })}
          className={classes.grow}
        />
      )}
    </>
  )
}
