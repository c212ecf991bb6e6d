// kafka-configs of users, client ids and addresses: quotas, and the SCRAM passwords of users.

import { pbkdf2Sync } from 'node:crypto'

import { systemRandom } from '../../../base/index.ts'
import type { Client } from '../../../client/index.ts'
import {
  alterClientQuotas,
  alterUserScramCredentials,
  describeClientQuotas,
  describeUserScramCredentials,
} from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { javaDouble } from '../console/deserializers.ts'
import { accept, javaMessage } from '../java-exceptions.ts'
import { ToolError } from '../tool.ts'
import type { Changes } from './changes.ts'
import type { Entities } from './options.ts'

const quotaEntities: { readonly [type: string]: string } = { users: 'user', clients: 'client-id', ips: 'ip' }
const quotaNames = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate']
const ipQuotaNames = ['connection_creation_rate']
const mechanisms: {
  readonly [name: string]: { readonly id: number; readonly hash: string; readonly sizeBytes: number }
} = {
  'SCRAM-SHA-256': { id: 1, hash: 'sha256', sizeBytes: 32 },
  'SCRAM-SHA-512': { id: 2, hash: 'sha512', sizeBytes: 64 },
}
const iterationsDefault = 4_096
const iterationsMin = 4_096

interface Quota {
  readonly entity: readonly { readonly entityType: string; readonly entityName: string | null }[]
  readonly values: readonly { readonly key: string; readonly value: number }[]
}

async function quotasOf(client: Client, { types, names }: Entities): Promise<readonly Quota[]> {
  if (names.length > types.length) throw new ToolError('More entity names specified than entity types')
  const components = types.map((type, i) => {
    const name = names[i]
    return {
      entityType: quotaEntities[type]!,
      matchType: name === undefined ? 2 : name === '' ? 1 : 0,
      match: name || null,
    }
  })
  const answer = await client.admin.requests.any(describeClientQuotas, { components, strict: true })
  accept(answer.errorCode, answer.errorMessage)
  return answer.entries ?? []
}

export async function describeQuotas(client: Client, entities: Entities, terminal: Terminal): Promise<void> {
  const kinds = [
    ['user', 'user-principal'],
    ['client-id', 'client-id'],
    ['ip', 'ip'],
  ] as const
  for (const { entity, values } of await quotasOf(client, entities)) {
    const told = kinds.flatMap(([type, noun]) => {
      const part = entity.find(({ entityType }) => entityType === type)
      if (part === undefined) return []
      return [part.entityName === null ? `the default ${noun}` : `${noun} '${part.entityName}'`]
    })
    const list = values.map(({ key, value }) => `${key}=${javaDouble(value)}`)
    terminal.out(`Quota configs for ${told.join(', ')} are ${list.join(', ')}`)
  }
}

export async function describeScram(client: Client, { names }: Entities, terminal: Terminal): Promise<void> {
  const answer = await client.admin.requests.any(describeUserScramCredentials, {
    users: names.map(name => ({ name })),
  })
  accept(answer.errorCode, answer.errorMessage)
  const byId = new Map(Object.entries(mechanisms).map(([name, { id }]) => [id, name]))
  for (const { user, errorCode, credentialInfos } of answer.results) {
    // Who has no password of this kind is not told of.
    if (errorCode !== 0) continue
    const told = credentialInfos.map(({ mechanism, iterations }) => `${byId.get(mechanism)}=iterations=${iterations}`)
    terminal.out(`SCRAM credential configs for user-principal '${user}' are ${told.join(', ')}`)
  }
}

export async function alterQuotas(client: Client, entities: Entities, changes: Changes): Promise<void> {
  const { types, names } = entities
  if (types.length !== names.length)
    throw new ToolError('Exactly one entity name must be specified for every entity type')
  const [old] = await quotasOf(client, entities)
  const known = new Set(old?.values.map(({ key }) => key))
  const invalid = changes.remove.filter(name => !known.has(name))
  if (invalid.length > 0) throw new ToolError(`Invalid config(s): ${invalid.join(',')}`)
  const ops = [
    ...[...changes.set].map(([key, text]) => ({ key, value: rate(key, text), remove: false })),
    ...changes.remove.map(key => ({ key, value: 0, remove: true })),
  ]
  const entity = types.map((type, i) => ({ entityType: quotaEntities[type]!, entityName: names[i] || null }))
  const answer = await client.admin.requests.controller(alterClientQuotas, {
    entries: [{ entity, ops }],
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of answer.entries) accept(errorCode, errorMessage)
}
function rate(key: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (Number.isNaN(value)) throw new ToolError(`Cannot parse quota configuration value for ${key}: ${text}`)
  return value
}

/** Throws what may not be set for these entities, then sets it. */
export async function alterUsersOrClients(client: Client, entities: Entities, changes: Changes): Promise<void> {
  const { types, names } = entities
  const { set, remove } = changes
  const isQuota = (name: string) => quotaNames.includes(name)
  const isScram = (name: string) => Object.hasOwn(mechanisms, name)
  const other = (list: readonly string[]) => list.filter(name => !isQuota(name) && !isScram(name))
  const added = [...set.keys()]
  const listed = (list: readonly string[]) => `Set(${list.join(', ')})`
  if (types[0] === 'clients' || types.length === 2) {
    const [wrong, wrongRemoved] = [added.filter(name => !isQuota(name)), remove.filter(name => !isQuota(name))]
    if (wrong.length > 0)
      throw new ToolError(
        `Only quota configs can be added for 'clients' using --bootstrap-server. Unexpected config names: ${listed(wrong)}`,
      )
    if (wrongRemoved.length > 0)
      throw new ToolError(
        `Only quota configs can be deleted for 'clients' using --bootstrap-server. Unexpected config names: List(${wrongRemoved.join(', ')})`,
      )
  } else {
    if (other(added).length > 0)
      throw new ToolError(
        `Only quota and SCRAM credential configs can be added for 'users' using --bootstrap-server. Unexpected config names: ${listed(other(added))}`,
      )
    if (other(remove).length > 0)
      throw new ToolError(
        `Only quota and SCRAM credential configs can be deleted for 'users' using --bootstrap-server. Unexpected config names: ArrayBuffer(${other(remove).join(', ')})`,
      )
    if ([...added, ...remove].some(isScram)) {
      if (names.includes(''))
        throw new ToolError(
          'The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.',
        )
      if ([...added, ...remove].some(isQuota))
        throw new ToolError(
          "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
        )
    }
  }
  if ([...added, ...remove].some(isQuota)) await alterQuotas(client, entities, changes)
  else await alterScram(client, names[0]!, changes)
}

export async function alterAddresses(client: Client, entities: Entities, changes: Changes): Promise<void> {
  const unknown = [...changes.set.keys(), ...changes.remove].filter(name => !ipQuotaNames.includes(name))
  if (unknown.length > 0)
    throw new ToolError(
      `Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: ${unknown.join(',')}`,
    )
  await alterQuotas(client, entities, changes)
}

/** The password itself does not travel: the salted one does (KIP-554). */
async function alterScram(client: Client, user: string, { set, remove }: Changes): Promise<void> {
  const deletions = remove.map(name => ({ name: user, mechanism: mechanisms[name]!.id }))
  const upsertions = [...set].map(([name, text]) => {
    const { id, hash, sizeBytes } = mechanisms[name]!
    const [, given, password] = /^(?:iterations=(-?\d*),)?password=(.*)$/s.exec(text) ?? []
    if (password === undefined) throw new ToolError(`Invalid credential property ${name.replaceAll('-', '_')}=${text}`)
    const iterations = given === undefined || given === '-1' ? iterationsDefault : Number(given)
    if (iterations < iterationsMin)
      throw new ToolError(`Iterations ${iterations} is less than the minimum ${iterationsMin} required for ${name}`)
    const salt = systemRandom.bytes(26)
    const saltedPassword = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, sizeBytes, hash)
    return { name: user, mechanism: id, iterations, salt, saltedPassword }
  })
  const answer = await client.admin.requests.controller(alterUserScramCredentials, { deletions, upsertions })
  for (const { errorCode, errorMessage } of answer.results)
    accept(errorCode, errorMessage ?? (errorCode === 0 ? null : javaMessage('UNACCEPTABLE_CREDENTIAL')))
}
