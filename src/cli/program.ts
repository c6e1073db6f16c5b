// Every command of `belfry`. docs/reference/cli.md is compared with what this builds.
import { Command } from 'commander'
import { version } from '../lib/version.ts'
import { addCommand } from './commands/add.ts'
import { datasetCommand } from './commands/dataset.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { notificationsCommand } from './commands/notifications.ts'
import { restoredCommand } from './commands/restored.ts'
import { serveCommand } from './commands/serve.ts'
import { tokenCommand } from './commands/token.ts'
import { userCommand } from './commands/user.ts'
import { viewCommand } from './commands/view.ts'
import { watchCommand } from './commands/watch.ts'

export function buildProgram(): Command {
  const program = new Command('belfry')
    .description('Watches growing image datasets and tells you at once when new media match a saved view.')
    .version(version)
    .configureHelp({ showGlobalOptions: true })
  const commands = [
    serveCommand(),
    demoCommand(),
    userCommand(),
    tokenCommand(),
    datasetCommand(),
    addCommand(),
    viewCommand(),
    watchCommand(),
    notificationsCommand(),
    doctorCommand(),
    restoredCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  endByThrowing(program)
  return program
}

/** Commander ends the process by itself otherwise, and with 1 where the user only mistyped. */
function endByThrowing(command: Command): void {
  command.exitOverride()
  for (const inner of command.commands) endByThrowing(inner)
}
