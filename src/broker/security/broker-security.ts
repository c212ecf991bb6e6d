// The security of all listeners of a broker, kept in step with its config and with the files that hold its certificates:
// who connects after a change finds the new ones, and no listener is closed for it.

import { hash } from 'node:crypto'

import { UserError, type Logger, type MBeans, type Timer } from '../../base/index.ts'
import { listenerTags, socketServerMetric, type Admission, type Peer } from '../../connection/index.ts'
import type { BrokerConfig, Configs } from '../../metadata/index.ts'
import type { ListenerAddress, OpenListener } from '../listeners.ts'
import { certificateChangeFault } from './certificate-change.ts'
import { ListenerConfig } from './listener-config.ts'
import { listenerSecurityOf, type ListenerSecurity } from './listener-security.ts'
import type { SaslSurroundings } from './sasl-config.ts'

export interface BrokerSecurityOptions extends SaslSurroundings {
  readonly listeners: readonly ListenerAddress[]
  readonly config: BrokerConfig
  readonly metrics: MBeans
}
const authentications = {
  successful: socketServerMetric('successful-authentication-total', 'Authentications that succeeded'),
  failed: socketServerMetric('failed-authentication-total', 'Authentications that failed'),
}
/** How often the files of certificates are looked at: tools that renew them do so days ahead. */
const fileCheckMs = 10_000

/** A client chooses the name of its mechanism and of its user: the log is not its to fill. */
const loggedCharactersMax = 200

export class BrokerSecurity {
  readonly #options: BrokerSecurityOptions
  readonly #listeners = new Map<string, ListenerSecurity>()
  readonly #open = new Map<string, OpenListener>()
  readonly #metrics: MBeans
  readonly #logger: Logger
  #config: BrokerConfig
  #fileContents = ''
  #check: Timer | undefined

  /** Throws a UserError for a listener that cannot do what its protocol asks for. */
  constructor(options: BrokerSecurityOptions) {
    this.#options = options
    this.#metrics = options.metrics
    this.#logger = options.logger
    this.#config = options.config
    for (const address of options.listeners) {
      this.#listeners.set(address.name, this.#securityOf(address))
      // A rate of failures can be told from the first one on.
      for (const family of Object.values(authentications)) this.#metrics.counter(family, listenerTags(address.name))
    }
    this.#fileContents = this.#contents()
  }
  /** How a listener is to be opened. */
  of(listener: string): Pick<ListenerSecurity, 'tls'> & { handshakeFailed(error: Error, remote: string): void } {
    return {
      tls: this.#listeners.get(listener)!.tls,
      handshakeFailed: (error, remote) => {
        this.#count('failed', listener)
        this.#logger.info('a TLS handshake failed', { listener, remote, error: error.message })
      },
    }
  }
  admit(peer: Peer): Admission {
    return this.#listeners.get(peer.listener)!.admit(peer)
  }

  /** Takes over the listeners that are open: from now on their certificates are renewed. */
  watch(open: readonly OpenListener[]): void {
    for (const listener of open) this.#open.set(listener.name, listener)
    if (this.#files().length > 0) this.#checkLater()
  }
  /**
   * Why a listener could not do what its protocol asks for if these were the configs of this broker, or, where `name` is
   * empty, of all of them. Undefined: all could, or nothing of security has changed.
   */
  faultOf(name: string, after: Configs, changed: readonly string[]): string | undefined {
    if (!changed.some(key => /^(listener\.name\.|ssl\.|sasl\.)/.test(key))) return undefined
    const config = this.#config.with(name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : 'DYNAMIC_BROKER_CONFIG', after)
    return this.#options.listeners.map(address => this.#faultOf(address, config)).find(fault => fault !== undefined)
  }
  /** The config of the broker has changed. What cannot be used is told, and what there was goes on. */
  configure(config: BrokerConfig): void {
    this.#config = config
    for (const address of this.#options.listeners) {
      try {
        const security = this.#securityOf(address)
        this.#listeners.set(address.name, security)
        if (security.tls !== undefined) this.#open.get(address.name)?.renewTls(security.tls)
      } catch (error) {
        this.#logger.error('a listener goes on with the security that it had', {
          listener: address.name,
          error: (error as Error).message,
        })
      }
    }
    this.#fileContents = this.#contents()
  }
  close(): void {
    this.#check?.cancel()
  }

  #faultOf(address: ListenerAddress, config: BrokerConfig): string | undefined {
    try {
      const before = this.#listeners.get(address.name)!.tls?.certificateChain,
        after = this.#securityOf(address, config).tls?.certificateChain
      if (before === undefined || after === undefined) return undefined
      const own = new ListenerConfig(config, address.name)
      return certificateChangeFault(before, after, {
        distinguishedName: own.boolean('ssl.allow.dn.changes'),
        alternativeNames: own.boolean('ssl.allow.san.changes'),
      })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return error.message
    }
  }
  #securityOf(
    { name: listener, securityProtocol: protocol }: ListenerAddress,
    config: BrokerConfig = this.#config,
  ): ListenerSecurity {
    return listenerSecurityOf({
      ...this.#options,
      listener,
      protocol,
      config,
      ended: ({ remote }, outcome, mechanism, reason) => {
        this.#count(outcome === 'succeeded' ? 'successful' : 'failed', listener)
        if (outcome === 'failed')
          this.#logger.info('an authentication failed', {
            listener,
            remote,
            mechanism: mechanism.slice(0, loggedCharactersMax),
            reason: reason.slice(0, loggedCharactersMax),
          })
      },
    })
  }
  #count(outcome: 'successful' | 'failed', listener: string): void {
    this.#metrics.counter(authentications[outcome], listenerTags(listener)).add()
  }
  #checkLater(): void {
    this.#check = this.#options.clock.after(fileCheckMs, () => {
      if (this.#contents() !== this.#fileContents) this.configure(this.#config)
      this.#checkLater()
    })
  }
  #files(): string[] {
    return [...this.#listeners.values()].flatMap(({ files }) => files)
  }
  /** What is in the files, as a text that is another when one was changed. */
  #contents(): string {
    const { files } = this.#options
    const contentOf = (path: string) => (files.exists(path) ? hash('sha256', files.readFile(path)) : 'gone')
    return this.#files().map(contentOf).join(' ')
  }
}
