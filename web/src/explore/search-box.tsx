// The search of Explore: by words, by what a sentence means, or by a picture.
import type { UploadFile } from '@belfry/client'
import { ActionIcon, FileButton, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { IconPhotoSearch, IconSearch, IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useVocabulary } from '../filters/vocabulary.ts'
import { useKeys } from '../keyboard/keys.ts'
import classes from './tab.module.css'

interface SearchBoxProps {
  datasetId: string
  caption: string
  threshold: number
  onSearch: (search: { caption: string; threshold: number }) => void
  onPicture: (picture: UploadFile) => void
}

/** What is found is ranked, so that what is barely relevant comes last and does no harm. */
const leastRelevance = 0.3

type How = 'words' | 'meaning'
const hows: { value: How; label: string }[] = [
  { value: 'words', label: 'Words' },
  { value: 'meaning', label: 'Meaning' },
]
const placeholders: Record<How, string> = {
  words: 'night OR "ice cream" -snow',
  meaning: 'cars on a wet road',
}

export function SearchBox({ datasetId, caption, threshold, onSearch, onPicture }: SearchBoxProps) {
  const [text, setText] = useState(caption)
  const [how, setHow] = useState<How>(threshold > 0 ? 'meaning' : 'words')
  const said = `${threshold > 0} ${caption}`
  const [before, setBefore] = useState(said)
  if (said !== before) {
    // Searched for here, or left with Back: the field says what is shown, and keeps the focus.
    setBefore(said)
    setText(caption)
    if (caption) setHow(threshold > 0 ? 'meaning' : 'words')
  }
  const { meaning } = useVocabulary(datasetId)
  const field = useRef<HTMLInputElement>(null)
  useKeys('Explore', [{ keys: '/', does: 'Search', run: () => field.current?.focus() }])
  const search = (sentence: string, by: How) =>
    onSearch({
      caption: sentence.trim(),
      threshold: by === 'meaning' && sentence.trim() ? threshold || leastRelevance : 0,
    })
  return (
    <form
      className={classes.search}
      onSubmit={event => {
        event.preventDefault()
        search(text, how)
      }}
    >
      <TextInput
        ref={field}
        aria-label={
          how === 'words' ? 'Search for words in captions and labels' : 'Search for what a sentence means'
        }
        placeholder={placeholders[how]}
        leftSection={<IconSearch size={18} stroke={1.7} />}
        rightSection={
          text && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Clear the search"
              onClick={() => {
                setText('')
                if (caption) search('', how)
                field.current?.focus()
              }}
            >
              <IconX size={16} />
            </ActionIcon>
          )
        }
        value={text}
        maxLength={1000}
        enterKeyHint="search"
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        className={classes.searchField}
      />
      {meaning && (
        <SegmentedControl
          aria-label="Search by"
          data={hows}
          value={how}
          onChange={value => {
            setHow(value as How)
            if (caption && text.trim()) search(text, value as How)
          }}
        />
      )}
      <FileButton
        accept="image/*"
        onChange={file => file && onPicture({ name: file.name, data: file })}
        inputProps={{ 'aria-label': 'A picture to search by' }}
      >
        {({ onClick }) => (
          <Tooltip label="Search by a picture; or drop one below" openDelay={400}>
            <ActionIcon variant="default" size={36} aria-label="Search by a picture" onClick={onClick}>
              <IconPhotoSearch size={18} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
      </FileButton>
    </form>
  )
}
