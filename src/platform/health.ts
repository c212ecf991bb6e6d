// Whether a platform serves clients, for /health/ready: what Kubernetes and balancers of load ask before they send anybody.

import type { BrokerNode } from '../broker/index.ts'
import { isAlive, type Metadata } from '../metadata/index.ts'
import type { RecoveryProgress } from '../storage/index.ts'

export interface Health {
  readonly status: 'up' | 'starting' | 'stopping' | 'unwell'
  /** Where clients reach it; undefined while it starts. */
  readonly bootstrap?: string | undefined
  /** What keeps it from serving, in sentences. */
  readonly reasons?: readonly string[]
  /** Of logs that were not closed, while it starts. */
  readonly recovery?: RecoveryProgress | undefined
}

/** Where a platform is between its start and its end. */
export class PlatformState {
  readonly #metadata: Metadata
  readonly #nodes: readonly BrokerNode[]
  phase: 'starting' | 'running' | 'stopping' = 'starting'
  bootstrap: string | undefined
  recovery: RecoveryProgress | undefined
  constructor({ metadata, nodes }: { readonly metadata: Metadata; readonly nodes: readonly BrokerNode[] }) {
    this.#metadata = metadata
    this.#nodes = nodes
  }
  health(): Health {
    const { phase, bootstrap, recovery } = this
    if (phase === 'starting') return { status: 'starting', recovery }
    if (phase === 'stopping') return { status: 'stopping' }
    const reasons = this.#nodes.flatMap(node => this.#reasonsOf(node))
    return reasons.length === 0 ? { status: 'up', bootstrap } : { status: 'unwell', bootstrap, reasons }
  }
  #reasonsOf({ nodeId, context }: BrokerNode): string[] {
    if (!isAlive(this.#metadata.image, nodeId)) return [`broker ${nodeId} is not registered`]
    const logs = [...context.logDirectory.logs.values()]
    // One log that cannot be used leaves the others; when none can, its disk is gone.
    const [first] = logs
    const isOffline = first?.fault !== undefined && logs.every(({ fault }) => fault !== undefined)
    return isOffline ? [`no log of broker ${nodeId} can be used: ${first.fault.message}`] : []
  }
}
