// A program beside a test, which answers over a channel. It ends with that, also when the test is killed: a program that
// goes on would hold the output of the test run open.
import { type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { withDeadline } from './deadline.ts'

/** Far beyond what a start or an answer takes. */
const answerMs = 120_000

export type Child = ReturnType<typeof forkBeside>

/** `name` is a program of this folder; it has to end when its channel is closed. */
export function forkBeside(name: string, args: string[] = [], options: ForkOptions = {}) {
  const program = fork(fileURLToPath(new URL(name, import.meta.url)), args, options)
  const ended = once(program, 'exit')
  const died = ended.then(() => {
    throw new Error(`${name} ended with ${program.signalCode ?? program.exitCode}`)
  })
  died.catch(() => {}) // until somebody waits for what it says

  /** What it says next. */
  async function says<Said>(): Promise<Said> {
    const said = Promise.race([once(program, 'message'), died])
    return (await withDeadline(said, `what ${name} says`, answerMs))[0] as Said
  }
  return {
    pid: program.pid!,
    says,
    ask<Answer>(question: string | object): Promise<Answer> {
      program.send(question)
      return says()
    },
    /** The signal that ended it. */
    killedBy: () => withDeadline(ended, `the end of ${name}`, answerMs).then(() => program.signalCode),
    hasEnded: () => program.exitCode !== null || program.signalCode !== null,
    async stop(): Promise<void> {
      if (program.connected) program.disconnect()
      await withDeadline(ended, `the end of ${name}`).finally(() => program.kill('SIGKILL'))
    },
  }
}
