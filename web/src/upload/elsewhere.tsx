// What is being sent to a dataset that is not on screen.
import { Anchor, Progress } from '@mantine/core'
import { Link, useLocation } from 'wouter'
import { percentText } from '../shared/count.ts'
import classes from './elsewhere.module.css'
import { type Upload, useUploads } from './uploads.ts'

const doneOf = ({ progress: { sentBytes, totalBytes } }: Upload) =>
  totalBytes === 0 ? 0 : Math.min(1, sentBytes / totalBytes)

export function UploadsElsewhere() {
  const [path] = useLocation()
  const elsewhere = useUploads().filter(({ datasetId }) => path !== `/datasets/${datasetId}`)
  if (elsewhere.length === 0) return null
  return (
    <section className={classes.uploads} aria-label="Uploads">
      {elsewhere.map(upload => (
        <div key={upload.datasetId} className={classes.upload}>
          <Anchor component={Link} href={`/datasets/${upload.datasetId}`} size="sm" className="name figures">
            {upload.state === 'sending'
              ? `Sending to ${upload.datasetName}: ${percentText(doneOf(upload))}`
              : upload.state === 'failed'
                ? `Sending to ${upload.datasetName} failed`
                : `Sending to ${upload.datasetName} was stopped`}
          </Anchor>
          {upload.state === 'sending' && (
            <Progress
              value={doneOf(upload) * 100}
              size="xs"
              aria-label={`Sending to ${upload.datasetName}`}
            />
          )}
        </div>
      ))}
    </section>
  )
}
