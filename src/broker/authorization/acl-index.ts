// Access control entries, so that the ones about a resource are found without going through all: by its name, by '*',
// and by each length of prefix that there is. What they come to is Kafka's StandardAuthorizer's to say.

import { aclWildcard, type Acl, type AclOperation, type AclResourceType } from '../../metadata/index.ts'

/** Who asks. */
export interface Asker {
  /** 'User:alice' */
  readonly principal: string
  readonly host: string
}
export interface Verdict {
  readonly isAllowed: boolean
  /** The rule that says so, as Kafka's audit log names it. */
  readonly rule: string
}
interface OfType {
  readonly literal: Map<string, Acl[]>
  readonly prefixed: Map<string, Acl[]>
  /** Of prefixes. */
  lengths: readonly number[]
}

const everybody = 'User:*'
/** What an entry that allows it allows with it. */
const implying: Readonly<Partial<Record<AclOperation, ReadonlySet<AclOperation>>>> = {
  DESCRIBE: new Set(['DESCRIBE', 'READ', 'WRITE', 'DELETE', 'ALTER']),
  DESCRIBE_CONFIGS: new Set(['DESCRIBE_CONFIGS', 'ALTER_CONFIGS']),
}

export class AclIndex {
  readonly #types = new Map<AclResourceType, OfType>()
  readonly #isAllowedWithout: boolean

  /** `isAllowedWithout`: allow.everyone.if.no.acl.found */
  constructor(acls: Iterable<Acl>, { isAllowedWithout }: { readonly isAllowedWithout: boolean }) {
    this.#isAllowedWithout = isAllowedWithout
    for (const acl of acls) {
      const { resourceType, patternType, resourceName } = acl
      const ofType = this.#types.get(resourceType) ?? { literal: new Map(), prefixed: new Map(), lengths: [] }
      this.#types.set(resourceType, ofType)
      const named = patternType === 'LITERAL' ? ofType.literal : ofType.prefixed
      const same = named.get(resourceName)
      if (same === undefined) named.set(resourceName, [acl])
      else same.push(acl)
    }
    for (const ofType of this.#types.values())
      ofType.lengths = [...new Set([...ofType.prefixed.keys()].map(({ length }) => length))]
  }

  /** One entry that denies is enough; else one that allows; without any about the resource it is as configured. */
  decide(asker: Asker, operation: AclOperation, type: AclResourceType, name: string): Verdict {
    let allowing: Acl | undefined
    let hasAny = false
    for (const acl of this.#about(type, name)) {
      hasAny = true
      if (!concerns(acl, asker, operation)) continue
      if (acl.permission === 'DENY') return { isAllowed: false, rule: told(acl) }
      allowing ??= acl
    }
    if (allowing !== undefined) return { isAllowed: true, rule: told(allowing) }
    const isAllowed = !hasAny && this.#isAllowedWithout
    return { isAllowed, rule: isAllowed ? 'DefaultAllow' : 'DefaultDeny' }
  }

  /** Whether there can be a resource of the type to which this may be done: some entry allows it, and none denies that. */
  allowsSome(asker: Asker, operation: AclOperation, type: AclResourceType): boolean {
    const ofType = this.#types.get(type)
    if (ofType === undefined) return this.#isAllowedWithout
    const concerning = [...ofType.literal.values(), ...ofType.prefixed.values()]
      .flat()
      .filter(acl => concerns(acl, asker, operation))
    const denying = concerning.filter(({ permission }) => permission === 'DENY')
    if (denying.some(({ patternType, resourceName }) => patternType === 'LITERAL' && resourceName === aclWildcard))
      return false
    if (this.#isAllowedWithout) return true
    return concerning.some(acl => acl.permission === 'ALLOW' && !denying.some(deny => covers(deny, acl)))
  }

  *#about(type: AclResourceType, name: string): Iterable<Acl> {
    const ofType = this.#types.get(type)
    if (ofType === undefined) return
    yield* ofType.literal.get(name) ?? []
    if (name !== aclWildcard) yield* ofType.literal.get(aclWildcard) ?? []
    for (const length of ofType.lengths)
      if (length <= name.length) yield* ofType.prefixed.get(name.slice(0, length)) ?? []
  }
}

function concerns(acl: Acl, { principal, host }: Asker, operation: AclOperation): boolean {
  if (acl.principal !== principal && acl.principal !== everybody) return false
  if (acl.host !== aclWildcard && acl.host !== host) return false
  if (acl.operation === 'ALL' || acl.operation === operation) return true
  // To deny reading is not to deny that it is there.
  return acl.permission === 'ALLOW' && implying[operation]?.has(acl.operation) === true
}
/** Whether all that an entry is about is denied by another. */
function covers(deny: Acl, allow: Acl): boolean {
  return deny.patternType === 'PREFIXED'
    ? allow.resourceName !== aclWildcard && allow.resourceName.startsWith(deny.resourceName)
    : allow.patternType === 'LITERAL' && deny.resourceName === allow.resourceName
}
function told({ resourceType, resourceName, patternType, principal, host, operation, permission }: Acl): string {
  return (
    `MatchingAcl(acl=StandardAcl(resourceType=${resourceType}, resourceName=${resourceName}, patternType=${patternType}, ` +
    `principal=${principal}, host=${host}, operation=${operation}, permissionType=${permission}))`
  )
}
