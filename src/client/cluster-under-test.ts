// For tests: a client for those of one file, of a broker of their own, whose faults they may use, or of any cluster that is named
// in MILLRACE_TEST_BOOTSTRAP.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'

import { systemClock } from '../base/index.ts'
import { createClient, type Client, type ClientOptions } from './client.ts'

export interface OwnBroker {
  readonly bootstrap: string
  stop(): Promise<void>
}
export interface ClusterUnderTest<B extends OwnBroker> {
  readonly client: Client
  readonly bootstrap: string
  /** For tests that skip where it is not our own. */
  readonly broker: B
  readonly isOwn: boolean
  /** Options of a test that needs `broker`. */
  readonly ownBroker: { readonly skip?: string }
  /** Of a topic, a group: another each time, on a cluster that may have those of earlier runs. */
  readonly newName: (what?: string) => string
}

/** `start` is asked for the broker before the first test, and its like is stopped after the last. */
export function clusterUnderTest<B extends OwnBroker>(
  name: string,
  start: () => Promise<B>,
  options: Partial<ClientOptions> = {},
): ClusterUnderTest<B> {
  const given = process.env['MILLRACE_TEST_BOOTSTRAP']
  const ofThisRun = `${process.pid}-${systemClock.now().toString(36)}`
  let broker: B | undefined
  let client: Client | undefined
  let names = 0
  before(async () => {
    if (given === undefined) broker = await start()
    client = createClient({ bootstrap: given ?? broker!.bootstrap, ...options })
  })
  after(async () => {
    await client?.close()
    await broker?.stop()
  })
  return {
    get client() {
      assert(client !== undefined, 'tests have begun')
      return client
    },
    get bootstrap() {
      return given ?? this.broker.bootstrap
    },
    get broker() {
      assert(broker !== undefined, 'there is a broker of our own')
      return broker
    },
    isOwn: given === undefined,
    ownBroker: given === undefined ? {} : { skip: 'needs a broker of our own' },
    newName: (what = name) => `${what}-${ofThisRun}-${names++}`,
  }
}
