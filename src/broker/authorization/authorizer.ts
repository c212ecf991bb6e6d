// Kafka's StandardAuthorizer: super users may do everything, others what the access control entries of the metadata allow.

import { UserError, type Logger } from '../../base/index.ts'
import type { Connection } from '../../connection/index.ts'
import type { Acl, BrokerConfig, Metadata } from '../../metadata/index.ts'
import { AclAccess, unrestricted, type Access } from './access.ts'
import { AclIndex } from './acl-index.ts'

/** The authorizer's own configs, which Kafka's table of a broker's does not have. */
const superUsersKey = 'super.users'
const allowEveryoneKey = 'allow.everyone.if.no.acl.found'
const standardAuthorizer = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'

export interface AuthorizerOptions {
  readonly metadata: Metadata
  readonly config: BrokerConfig
  readonly logger: Logger
}

export class Authorizer {
  /** False: everybody may do everything, and there are no entries to be kept. */
  readonly isEnabled: boolean
  readonly #options: AuthorizerOptions
  readonly #superUsers: ReadonlySet<string>
  readonly #isAllowedWithout: boolean
  readonly #accesses = new WeakMap<Connection, { readonly principal: string; readonly access: Access }>()
  #indexed: { readonly acls: ReadonlyMap<string, Acl>; readonly index: AclIndex } | undefined

  constructor(options: AuthorizerOptions) {
    this.#options = options
    const { config } = options
    const className = config.string('authorizer.class.name') ?? ''
    if (className !== '' && className !== standardAuthorizer)
      throw new UserError('CONFIG', `authorizer.class.name is ${className}: ${standardAuthorizer} is the one there is`)
    this.isEnabled = className !== ''
    this.#superUsers = superUsersOf(config.text(superUsersKey) ?? '')
    this.#isAllowedWithout = config.text(allowEveryoneKey)?.trim().toLowerCase() === 'true'
  }

  /** What the client of a connection may do: by who it is now. */
  accessOf(connection: Connection): Access {
    if (!this.isEnabled) return unrestricted
    const { principal, remoteHost: host } = connection
    const known = this.#accesses.get(connection)
    if (known?.principal === principal) return known.access
    const access = this.#superUsers.has(principal)
      ? unrestricted
      : new AclAccess({ asker: { principal, host }, logger: this.#options.logger, index: () => this.#index() })
    this.#accesses.set(connection, { principal, access })
    return access
  }
  /** Made anew when the entries have changed. */
  #index(): AclIndex {
    const { acls } = this.#options.metadata.image
    if (this.#indexed?.acls !== acls)
      this.#indexed = { acls, index: new AclIndex(acls.values(), { isAllowedWithout: this.#isAllowedWithout }) }
    return this.#indexed.index
  }
}

/** 'User:admin;User:root' */
function superUsersOf(text: string): ReadonlySet<string> {
  const users = text.split(';').flatMap(user => user.trim() || [])
  for (const user of users)
    if (!/^[^:]+:/.test(user))
      throw new UserError(
        'CONFIG',
        `super.users names '${user}': expected Type:name, as in User:admin, with ';' between`,
      )
  return new Set(users)
}
