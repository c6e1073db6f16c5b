// What will be sent: how much it is, and what the first pictures look like.
import { Group, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { count } from '../shared/count.ts'
import { Thumb } from '../shared/thumb.tsx'
import { bytesText } from './bytes.ts'
import type { Selection } from './dropped.ts'

const maxShown = 6
const isShowable = (type: string) => /^image\/(png|jpeg|webp|gif|avif)$/.test(type)

export function Selected({ selection: { files, pictures, archives, bytes } }: { selection: Selection }) {
  const [urls, setUrls] = useState<string[]>([])
  useEffect(() => {
    const made = files
      .filter(({ data }) => isShowable(data.type))
      .slice(0, maxShown)
      .map(({ data }) => URL.createObjectURL(data))
    setUrls(made)
    return () => made.forEach(url => void URL.revokeObjectURL(url))
  }, [files])
  const others = files.length - pictures - archives
  const said = [
    pictures > 0 && count(pictures, 'picture'),
    archives > 0 && count(archives, 'archive'),
    others > 0 && count(others, 'other file'),
  ].filter(Boolean)
  return (
    <div>
      <Text size="sm" fw={550} className="figures" role="status">
        {said.join(', ')} · {bytesText(bytes)}
      </Text>
      {urls.length > 0 && (
        <Group gap={6} mt={6} wrap="nowrap">
          {urls.map(url => (
            <span key={url} style={{ width: 52, minWidth: 0 }}>
              <Thumb src={url} alt="" />
            </span>
          ))}
        </Group>
      )}
    </div>
  )
}
