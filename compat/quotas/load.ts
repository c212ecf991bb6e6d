// A client that does something as fast as it is let, in a process of its own: Java's, or confluent-kafka.

import { join } from 'node:path'

import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { execute } from '../suite/command.ts'
import { prepare } from '../suite/missing.ts'
import { pythonEnvironment } from '../suite/python.ts'

const here = import.meta.dirname
const startMsMax = 90_000

export interface Load {
  readonly client: 'java' | 'python'
  readonly mode: 'produce' | 'consume' | 'requests' | 'mutate' | 'modest'
  readonly clientId: string
  readonly topic: string
  /** What is done in it does not count. */
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Of what `mode` counts, a second; a client without one is not held. */
  readonly quota?: number
}
export interface Reached {
  /** Bytes, requests or topics; of a modest one, milliseconds to an acknowledgement (the 99th percentile). */
  readonly aSecond: number
  /** For how long the broker asked it to wait, at most. */
  readonly throttledMs: number
}

/** Made once: `run` starts nothing that has to be built. */
export function loads(bootstrap: string): { readonly run: (load: Load) => Promise<Reached> } {
  const source = join(here, 'QuotaLoad.java')
  const classes = cached('compat-quotas-java', [source], directory => {
    prepare('javac', ['-d', directory, '-cp', join(installKafka(), '*'), source])
  })
  const python = pythonEnvironment(join(here, '../clients/python/requirements.txt'))
  return {
    async run({ client, mode, clientId, topic, warmUpSeconds, seconds, quota = 0 }) {
      const args = [bootstrap, mode, clientId, topic, ...[warmUpSeconds, seconds, quota].map(String)]
      const command =
        client === 'java'
          ? javaCommand('QuotaLoad', args, { classPath: [classes] })
          : ([python, ['-B', join(here, 'quota_load.py'), ...args]] as const)
      const { code, stdout, stderr } = await execute(command, {
        waitMs: (warmUpSeconds + seconds) * 1000 + startMsMax,
      })
      if (code !== 0) throw new Error(`${clientId} ended with ${code}: ${stderr}`)
      const [aSecond, throttledMs] = stdout.toString().trim().split('\n').at(-1)!.split(' ').map(Number)
      return { aSecond: aSecond!, throttledMs: throttledMs! }
    },
  }
}
