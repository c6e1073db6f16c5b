// The video that a frame was taken from, stopped at that frame. Browsers do not play every codec that ffmpeg reads.
import type { MediaPreview } from '@belfry/client'
import { Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import classes from './picture.module.css'
import { secondsOf } from './video-time.ts'

interface VideoProps {
  item: MediaPreview & { video_uri: string }
  /** In its place where it cannot be played. */
  frame: ReactNode
}

export function Video({ item: { video_uri, media_uri, frame_timestamp, ...item }, frame }: VideoProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  const at = secondsOf(frame_timestamp ?? '')
  const seek = () => {
    if (video.current) video.current.currentTime = at
  }
  useEffect(seek, [at])
  useKeys(
    'Video',
    [
      {
        keys: 'p',
        does: 'Play or pause',
        run: () => (video.current?.paused ? void video.current.play() : video.current?.pause()),
      },
    ],
    { active: !failed },
  )
  if (failed)
    return (
      <>
        {frame}
        <Text size="sm" c="dimmed" ta="center" mt={6} role="status">
          This browser cannot play the video, so its frame is shown.
        </Text>
      </>
    )
  return (
    <div className={classes.picture} data-large>
      {/* biome-ignore lint/a11y/useMediaCaption: what comes in has none */}
      <video
        ref={video}
        src={video_uri}
        poster={media_uri}
        aria-label={`Video of ${item.caption ?? item.file_name}`}
        controls
        playsInline
        preload="metadata"
        onLoadedMetadata={seek}
        onError={() => setFailed(true)}
      />
    </div>
  )
}
