// A small picture of one item. Its place is there before the picture is, so nothing jumps.
import { useState } from 'react'
import classes from './thumb.module.css'

interface ThumbProps {
  src: string
  /** What a screen reader says; empty where the text beside says it all. */
  alt: string
  className?: string
}

export function Thumb({ src, alt, className = '' }: ThumbProps) {
  const [failed, setFailed] = useState(false)
  return (
    <span className={`${classes.thumb} ${className}`}>
      {failed ? (
        <span className={classes.gone} title="The picture is no longer there" />
      ) : (
        <img src={src} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(true)} />
      )}
    </span>
  )
}
