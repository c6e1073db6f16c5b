// A thread that dies when it is asked to (src/lib/thread.test.ts).
import { parentPort } from 'node:worker_threads'
import type { Asked } from '../../src/lib/thread.ts'

parentPort!.on('message', ({ id, question }: Asked) => {
  if ((question as { die: boolean }).die) throw new Error('as you wish')
  parentPort!.postMessage({ id, answer: question })
})
