// A part of a benchmark in a process of its own: asked once, it answers once and ends.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { startFlags } from './server-process.ts'

/** The file calls `answerOnce`; Node's flags are those of `npm start`. */
export async function ask<Answer>(file: URL, question: object): Promise<Answer> {
  const child = fork(file, { execArgv: startFlags })
  const kill = () => child.kill()
  process.once('exit', kill)
  let answer: { value: Answer } | undefined
  child.once('message', (message: { value: Answer }) => {
    answer = message
  })
  child.send(question)
  await once(child, 'exit')
  process.off('exit', kill)
  if (!answer) throw new Error(`${file.pathname} ended without an answer.`)
  return answer.value
}

export async function answerOnce<Question, Answer>(work: (question: Question) => Promise<Answer>) {
  const [question] = (await once(process, 'message')) as [Question]
  const value = await work(question)
  await new Promise(sent => process.send!({ value }, sent))
  process.disconnect()
}
