// What the client of one connection may do. Decisions are remembered until the access control entries change: a producer
// asks about the same topics with each request.

import type { Logger } from '../../base/index.ts'
import { aclOperations, clusterName, type AclOperation, type AclResourceType } from '../../metadata/index.ts'
import type { AclIndex, Asker, Verdict } from './acl-index.ts'

export interface AskOptions {
  /** Not told in the audit log: somebody asks what is allowed, or is shown only that. */
  readonly quietly?: boolean
}
export interface Access {
  /** Without a name: the cluster. */
  allows(operation: AclOperation, type: 'CLUSTER', name?: undefined, options?: AskOptions): boolean
  allows(operation: AclOperation, type: AclResourceType, name: string, options?: AskOptions): boolean
  /** Whether there can be a resource of the type to which it may be done. */
  allowsSome(operation: AclOperation, type: AclResourceType): boolean
  /** KIP-430: what may be done to a resource, as bits by the numbers of Kafka's AclOperation. */
  authorizedOperations(type: 'TOPIC' | 'GROUP', name: string): number
  authorizedOperations(type: 'CLUSTER'): number
}

/** What each kind of resource knows. */
const operationsOf = {
  TOPIC: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  GROUP: ['READ', 'DELETE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  CLUSTER: ['CREATE', 'ALTER', 'DESCRIBE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE'],
} as const satisfies Record<string, readonly AclOperation[]>
const bits = (operations: readonly AclOperation[]) =>
  operations.reduce((sum, operation) => sum | (1 << aclOperations[operation]), 0)
const allBits = {
  TOPIC: bits(operationsOf.TOPIC),
  GROUP: bits(operationsOf.GROUP),
  CLUSTER: bits(operationsOf.CLUSTER),
}

/** Where no authorizer is configured. */
export const unrestricted: Access = {
  allows: () => true,
  allowsSome: () => true,
  authorizedOperations: (type: keyof typeof allBits) => allBits[type],
}

export interface AccessOptions {
  readonly asker: Asker
  readonly logger: Logger
  /** The entries of now: another object when they have changed. */
  readonly index: () => AclIndex
}
/** More names than that from one client are asked anew: it may make them up. */
const rememberedMax = 10_000

export class AclAccess implements Access {
  readonly #options: AccessOptions
  readonly #remembered = new Map<string, Verdict>()
  #index: AclIndex | undefined
  constructor(options: AccessOptions) {
    this.#options = options
  }

  allows(operation: AclOperation, type: AclResourceType, name = clusterName, options: AskOptions = {}): boolean {
    const { isAllowed, rule } = this.#decide(operation, type, name)
    if (!isAllowed && options.quietly !== true) {
      const { logger, asker } = this.#options
      logger.info('access denied', { ...asker, operation, resource: `${type}:${name}`, rule })
    }
    return isAllowed
  }
  #decide(operation: AclOperation, type: AclResourceType, name: string): Verdict {
    const index = this.#options.index()
    if (index !== this.#index || this.#remembered.size >= rememberedMax) this.#remembered.clear()
    this.#index = index
    const key = `${operation} ${type} ${name}`
    let verdict = this.#remembered.get(key)
    if (verdict === undefined) {
      verdict = index.decide(this.#options.asker, operation, type, name)
      this.#remembered.set(key, verdict)
    }
    return verdict
  }
  allowsSome(operation: AclOperation, type: AclResourceType): boolean {
    return this.#options.index().allowsSome(this.#options.asker, operation, type)
  }
  authorizedOperations(type: keyof typeof operationsOf, name = clusterName): number {
    return bits(operationsOf[type].filter(operation => this.allows(operation, type, name, { quietly: true })))
  }
}

/** What a request that asks for it is told of the cluster: nothing, where it may not be described. */
export function clusterOperations(access: Access): number {
  return access.allows('DESCRIBE', 'CLUSTER') ? access.authorizedOperations('CLUSTER') : 0
}
