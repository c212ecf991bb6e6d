// The thread in which logs on disk are compacted: takes one task after the other from the ThreadRunner.

import { diskFiles, parentThread, systemClock } from '../../base/index.ts'
import { LoopRunner } from './cleaning-runner.ts'
import type { FromThread, ToThread } from './thread-runner.ts'

const parent = parentThread(),
  post = (message: FromThread): void => parent.post(message)
const runner = new LoopRunner({ files: diskFiles, clock: systemClock, giveWay: parent.giveWay })
let cancel = new AbortController()

parent.onMessage(message => {
  const order = message as ToThread
  if (order.kind === 'cancel') cancel.abort(new Error('cancelled'))
  else void run(order)
})

async function run({ task, bytesPerSecondMax }: Extract<ToThread, { kind: 'run' }>): Promise<void> {
  cancel = new AbortController()
  try {
    const onCleaned = (group: Extract<FromThread, { kind: 'cleaned' }>['group']): void =>
      post({ kind: 'cleaned', group })
    const result = await runner.run(task, { bytesPerSecondMax, onCleaned, signal: cancel.signal })
    post({ kind: 'ended', result })
  } catch (error) {
    post({ kind: 'failed', reason: (error as Error).message })
  }
}
