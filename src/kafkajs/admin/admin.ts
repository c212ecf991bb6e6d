// kafkajs's admin.

import type { Cluster } from '../../client/index.ts'
import type { Connections } from '../connections.ts'
import { adminEvents, Instrumentation } from '../instrumentation.ts'
import { retrySettings } from '../retry.ts'
import type { Admin, AdminConfig } from '../types/admin.ts'
import type { RetryOptions } from '../types/config.ts'
import type { AdminEvents } from '../types/events.ts'
import { aclMethods } from './acls.ts'
import { configMethods } from './configs.ts'
import { groupMethods } from './groups.ts'
import { offsetMethods } from './offsets.ts'
import { reassignmentMethods } from './reassignments.ts'
import type { AdminOutside } from './requests.ts'
import { topicMethods } from './topics.ts'

export interface AdminContext {
  readonly connections: Connections
  readonly retry: RetryOptions | undefined
}

export function createAdmin({ connections, retry: common }: AdminContext, config: AdminConfig = {}): Admin {
  const logger = connections.logger.namespace('Admin')
  const instrumentation = new Instrumentation<AdminEvents>('admin', adminEvents, logger, connections.clock)
  const retry = retrySettings(common, config.retry)
  let opened: Promise<Cluster> | undefined
  const cluster = (): Promise<Cluster> => {
    opened ??= connections.open({ retry, instrumentation }).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const outside: AdminOutside = {
    world: connections,
    retry,
    logger,
    cluster,
  }
  return {
    async connect() {
      await cluster()
      instrumentation.emit(adminEvents.CONNECT)
    },
    async disconnect() {
      const closing = opened
      opened = undefined
      await (await closing?.catch(() => undefined))?.close()
      instrumentation.emit(adminEvents.DISCONNECT)
    },
    ...topicMethods(outside),
    ...offsetMethods(outside),
    ...groupMethods(outside),
    ...configMethods(outside),
    ...aclMethods(outside),
    ...reassignmentMethods(outside),
    logger: () => logger,
    on: instrumentation.on,
    events: adminEvents,
  }
}
