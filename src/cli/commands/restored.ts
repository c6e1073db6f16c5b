import { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { print } from '../output.ts'

export const restoredCommand = () =>
  new Command('restored')
    .description(
      'after restoring an older backup, with the server stopped: tell streams what they can no longer resume',
    )
    .option('--data <folder>', 'default BELFRY_DATA, ./belfry-data')
    .action(async ({ data }: { data?: string }) => {
      const { openDatabase } = await import('../../db/open.ts') // loads the database drivers
      const { beginEpoch } = await import('../../notifications/log.ts')
      const db = await openDatabase(readConfig({ ...process.env, ...(data && { BELFRY_DATA: data }) }))
      try {
        await beginEpoch(db)
      } finally {
        await db.close()
      }
      print(
        'Done. A stream that resumes with a cursor from after the backup is told of the gap, and goes on.',
      )
    })
