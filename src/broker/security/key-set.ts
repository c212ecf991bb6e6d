// The keys that an identity provider has published (RFC 7517), from a URL or a file: read when they are first needed, and
// again from time to time, and when a token names one that is not there.

import type { KeyObject } from 'node:crypto'

import type { Clock, Fetch, Files, Logger } from '../../base/index.ts'
import { keysIn } from './json-web-token.ts'

export interface KeySetOptions {
  /** https:, http: or file: */
  readonly url: string
  readonly refreshMs: number
  readonly clock: Clock
  readonly files: Files
  readonly fetch: Fetch
  readonly logger: Logger
}
/** A token with a made-up key id must not make the broker ask at each connection. */
const unknownKeyPauseMs = 10_000
const timeoutMs = 10_000

export class KeySet {
  readonly #options: KeySetOptions
  #keys: ReadonlyMap<string | undefined, readonly KeyObject[]> = new Map()
  #readAtMs = -Infinity
  #reading: Promise<void> | undefined

  constructor(options: KeySetOptions) {
    this.#options = options
  }
  /** Those of an id; all of them where the token names none. */
  async find(keyId: string | undefined): Promise<readonly KeyObject[]> {
    const ageMs = this.#options.clock.monotonic() - this.#readAtMs
    const known = this.#known(keyId)
    if (ageMs < this.#options.refreshMs && (known.length > 0 || ageMs < unknownKeyPauseMs)) return known
    await (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)))
    return this.#known(keyId)
  }
  #known(keyId: string | undefined): readonly KeyObject[] {
    return keyId === undefined ? [...this.#keys.values()].flat() : (this.#keys.get(keyId) ?? [])
  }
  /** Where it fails the keys stay that were there: a provider that is away for a while locks nobody out. */
  async #read(): Promise<void> {
    const { url, clock, logger } = this.#options
    this.#readAtMs = clock.monotonic()
    try {
      this.#keys = keysIn(await this.#text())
    } catch (error) {
      logger.warn('the keys of the identity provider cannot be read', { url, error: String(error) })
    }
  }
  async #text(): Promise<string> {
    const { url, files, fetch } = this.#options
    if (url.startsWith('file:')) return files.readFile(decodeURIComponent(new URL(url).pathname)).toString('utf8')
    const answer = await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(timeoutMs) })
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
    return answer.text()
  }
}
