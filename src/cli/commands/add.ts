import type {
  AcceptedBatch,
  BelfryClient,
  Dataset,
  TaskDetail,
  UploadFile,
  UploadProgress,
} from '@belfry/client'
import { Command } from 'commander'
import { exitCodes, Failed } from '../failure.ts'
import { findDataset } from '../find-dataset.ts'
import { interruption } from '../interrupt.ts'
import { belfry } from '../invocation.ts'
import { count, note, print, printJson } from '../output.ts'
import { megabytes, showProgress } from '../progress.ts'
import { clientFrom, type RemoteFlags, remote } from '../settings.ts'
import { gatherSources, type Sources } from '../sources.ts'

interface AddFlags extends RemoteFlags {
  reindex?: boolean
  wait: boolean
  json?: boolean
}

export const addCommand = () =>
  remote(new Command('add'))
    .description('add pictures to a dataset, as one batch, and wait until its views are evaluated')
    .argument('<dataset>', 'name or id')
    .argument(
      '<paths...>',
      'folders, pictures with their annotation files, one .zip, .tar, .tar.gz, or one s3://bucket/folder/',
    )
    .option('--reindex', 'index at once')
    .option('--no-wait', 'end when the server has the files')
    .option('--json', 'print the task as JSON')
    .action(async (name: string, paths: string[], { reindex, wait, json, ...flags }: AddFlags) => {
      const signal = interruption()
      const client = await clientFrom(flags)
      const dataset = await findDataset(client, name)
      const sources = await gatherSources(paths)
      if (sources.skipped > 0)
        note(`Left out ${count(sources.skipped, 'file')} that are neither pictures nor annotations.`)
      const batch = await send(client, dataset, sources, { reindex, signal })
      if (!wait) return json ? printJson(batch) : print(batch.taskId)
      const task = await followTask(client, batch.taskId, signal)
      if (json) printJson(task)
      else report(task, dataset)
      if (task.status !== 'COMPLETED') process.exitCode = exitCodes.failed
    })

/** The first batch of a dataset comes through the ingestion flow, every later one is added media. */
export async function send(
  client: BelfryClient,
  dataset: Dataset,
  { source, files, totalBytes }: Sources,
  { reindex, signal }: { reindex?: boolean; signal?: AbortSignal } = {},
): Promise<AcceptedBatch> {
  const bar = showProgress('Uploading')
  const onProgress = ({ sentBytes }: UploadProgress) =>
    bar.at(
      sentBytes / (totalBytes || 1),
      `${count(files, 'file')}, ${megabytes(Math.min(sentBytes, totalBytes))}`,
    )
  try {
    if (dataset.status_new !== 'DRAFT')
      return await client.media.add(dataset.id, source, { autoReindex: reindex, onProgress, signal })
    return await client.media.ingest(dataset.id, filesOf(source), { onProgress, signal })
  } finally {
    bar.end()
  }
}

function filesOf(source: Sources['source']): UploadFile[] {
  if ('files' in source) return source.files
  if ('archive' in source) return [source.archive]
  throw new Failed(
    `This dataset is new; make one of the bucket with '${belfry(`dataset create <name> --from ${source.s3Uri}`)}'.`,
  )
}

export async function followTask(
  client: BelfryClient,
  taskId: string,
  signal?: AbortSignal,
): Promise<TaskDetail> {
  const bar = showProgress('Processing')
  try {
    return await client.waitForTask(
      taskId,
      task => bar.at(task.progress_percentage / 100, task.status_message),
      signal,
    )
  } finally {
    bar.end()
  }
}

function report(task: TaskDetail, { display_name }: Dataset): void {
  for (const { subject, problem } of task.problems) note(`${subject}: ${problem}`)
  if (task.problems_total > task.problems.length)
    note(`… and ${count(task.problems_total - task.problems.length, 'more problem')}.`)
  if (task.status === 'COMPLETED') print(`Added to ${display_name}. ${task.status_message}`.trim())
  else note(`The task ${task.task_id} ended as ${task.status}. ${task.error_message ?? ''}`.trim())
}
