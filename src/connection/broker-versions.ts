// What a broker said of itself when a connection opened (KIP-511, KIP-584), and the version that a request to it takes.

import { type AnyApi, apiVersions, type DecodedResponseOf } from '../protocol/index.ts'
import { ConnectionError } from './connection-error.ts'

export type ApiVersionsAnswer = DecodedResponseOf<typeof apiVersions>

export class BrokerVersions {
  /** The whole answer, the features that the cluster has finalized included. */
  readonly answer: ApiVersionsAnswer
  readonly #ranges: ReadonlyMap<number, { readonly minVersion: number; readonly maxVersion: number }>

  constructor(answer: ApiVersionsAnswer) {
    this.answer = answer
    this.#ranges = new Map(answer.apiKeys.map(range => [range.apiKey, range]))
  }
  supports(api: AnyApi): boolean {
    return this.#highest(api, Infinity) !== undefined
  }
  /** The highest that both speak, at most `versionMax`. */
  highestOf(api: AnyApi, { versionMax = Infinity }: { readonly versionMax?: number } = {}): number {
    const version = this.#highest(api, versionMax)
    if (version !== undefined) return version
    const theirs = this.#ranges.get(api.key),
      ours = `${api.stable.from} to ${Math.min(api.stable.to, versionMax)}`
    throw new ConnectionError(
      'UNSUPPORTED_VERSION',
      `${api.name}: the broker has ${theirs ? `versions ${theirs.minVersion} to ${theirs.maxVersion}` : 'no version'}, this client ${ours}`,
    )
  }
  #highest(api: AnyApi, versionMax: number): number | undefined {
    const theirs = this.#ranges.get(api.key)
    if (theirs === undefined) return undefined
    const version = Math.min(theirs.maxVersion, api.stable.to, versionMax)
    return version < Math.max(theirs.minVersion, api.stable.from) ? undefined : version
  }
}
