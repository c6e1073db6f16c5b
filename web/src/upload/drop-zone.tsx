// Where pictures, a folder or an archive are dropped; or chosen, for who uses no mouse.
import type { UploadFile } from '@belfry/client'
import { Button, Group, Text } from '@mantine/core'
import { IconFileZip, IconFolder, IconPhotoPlus } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import classes from './drop-zone.module.css'
import { chosenFiles, droppedFiles } from './dropped.ts'

interface DropZoneProps {
  title: string
  onFiles: (files: UploadFile[]) => void
  onRefused: (sentence: string) => void
  children?: ReactNode
}

export function DropZone({ title, onFiles, onRefused, children }: DropZoneProps) {
  const [over, setOver] = useState(false)
  const pictures = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const take = (list: FileList | null) => list && list.length > 0 && onFiles(chosenFiles(list))
  return (
    <section
      aria-label={title}
      className={classes.zone}
      data-over={over || undefined}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        droppedFiles(event.dataTransfer).then(onFiles, error => onRefused(String(error.message ?? error)))
      }}
    >
      <Group gap={10} justify="center" className={classes.icons} aria-hidden="true">
        <IconPhotoPlus size={28} stroke={1.5} />
        <IconFolder size={28} stroke={1.5} />
        <IconFileZip size={28} stroke={1.5} />
      </Group>
      <Text fw={600} ta="center">
        {title}
      </Text>
      <Text size="sm" c="dimmed" ta="center">
        Pictures, a folder, or a .zip or .tar.gz. Tables of annotations may lie among them.
      </Text>
      {children}
      <Group gap={8} justify="center" mt={4}>
        <Button variant="default" size="sm" onClick={() => pictures.current?.click()}>
          Choose files
        </Button>
        <Button variant="default" size="sm" onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </Group>
      <input
        ref={pictures}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ currentTarget }) => take(currentTarget.files)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder"
        {...{ webkitdirectory: '' }}
        onChange={({ currentTarget }) => take(currentTarget.files)}
      />
    </section>
  )
}
