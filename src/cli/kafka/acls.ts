// kafka-acls: lists, adds and removes access control entries, in the words of Apache Kafka's AclCommand.

import {
  aclCreation,
  aclEntryOf,
  aclFilterFields,
  KafkaError,
  type AclEntry,
  type AclEntryFilter,
  type Client,
} from '../../client/index.ts'
import { createAcls, deleteAcls, describeAcls } from '../../protocol/index.ts'
import type { Terminal } from '../command.ts'
import { principalNamed, resourceFilters, wanted, type ResourceFilter } from './acls/entries.ts'
import { actionOf, options, type Given } from './acls/options.ts'
import { entryText, filterText, resourceText } from './acls/text.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { accept, exceptionText } from './java-exceptions.ts'
import { optionTool, UsageError, type Usage } from './tool.ts'

interface Call {
  readonly client: Client
  readonly given: Given
  readonly terminal: Terminal
  readonly usage: Usage
}

export default optionTool({
  about: 'This tool helps to manage acls on kafka.',
  options,
  tellsOptionErrors: true,
  async run({ given, terminal, usage }) {
    const action = { add, remove, list }[actionOf(given, usage)]
    try {
      const connection = {
        bootstrap: given.value('bootstrap-server')!,
        clientId: 'adminclient-1',
        properties: await propertiesFile(given.value('command-config')),
        firstCall: given.has('remove') ? 'deleteAcls' : 'describeAcls',
      }
      await withCluster({ ...connection, terminal }, client => action({ client, given, terminal, usage }))
      return 0
    } catch (error) {
      if (error instanceof UsageError) throw error
      const told = error instanceof KafkaError ? exceptionText(error) : (error as Error).message
      terminal.out(`Error while executing ACL command: ${told}`)
      return 1
    }
  },
})

async function add({ client, given, terminal, usage }: Call): Promise<void> {
  const pattern = given.value('resource-pattern-type')!
  if (pattern === 'ANY' || pattern === 'MATCH')
    usage.fail(`A '--resource-pattern-type' value of '${pattern}' is not valid when adding acls.`)
  const additions = wanted(given, usage)
  if (additions.some(({ access }) => access.length === 0))
    usage.fail('You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.')
  for (const { filter, access } of additions) {
    // The cluster's is literal, whatever the option says.
    const resource = { ...filter, patternType: filter.patternType === 'prefixed' ? 'prefixed' : 'literal' } as const
    const existing = new Set((await found(client, filter)).map(entryText))
    const entries = access.map(one => ({ ...resource, ...one }))
    for (const entry of entries)
      if (existing.has(entryText(entry)))
        terminal.out(`Acl (pattern=${resourceText(entry)}, entry=${entryText(entry)}) already exists.`)
    const missing = entries.filter(entry => !existing.has(entryText(entry)))
    if (missing.length === 0) continue
    terminal.out(`Adding ACLs for resource \`${resourceText(resource)}\`: \n ${block(missing)}\n`)
    const answer = await client.admin.requests.controller(createAcls, { creations: missing.map(aclCreation) })
    for (const { errorCode, errorMessage } of answer.results) accept(errorCode, errorMessage)
  }
}

async function remove({ client, given, terminal, usage }: Call): Promise<void> {
  for (const { filter, access } of wanted(given, usage)) {
    const question =
      access.length === 0
        ? `Are you sure you want to delete all ACLs for resource filter \`${filterText(filter)}\`? (y/n)`
        : `Are you sure you want to remove ACLs: \n ${block(access)}\n from resource filter \`${filterText(filter)}\`? (y/n)`
    if (!given.has('force') && !(await confirmed(question, terminal))) continue
    const place = asked(filter)
    const filters = access.length === 0 ? [place] : access.map(one => ({ ...place, ...one }))
    const answer = await client.admin.requests.controller(deleteAcls, { filters: filters.map(aclFilterFields) })
    for (const { errorCode, errorMessage, matchingAcls } of answer.filterResults) {
      accept(errorCode, errorMessage)
      for (const acl of matchingAcls) accept(acl.errorCode, acl.errorMessage)
    }
  }
}

async function list({ client, given, terminal }: Call): Promise<void> {
  const filters = resourceFilters(given)
  const principals = new Set(given.values('principal').map(principalNamed))
  const entries: AclEntry[] = []
  for (const filter of filters.length === 0 ? [undefined] : filters) entries.push(...(await found(client, filter)))
  if (principals.size === 0) return tell(entries, terminal)
  for (const principal of principals) {
    terminal.out(`ACLs for principal \`${principal}\``)
    tell(
      entries.filter(entry => entry.principal === principal),
      terminal,
    )
  }
}

/** A block for each resource; what several filters found is told once. */
function tell(entries: readonly AclEntry[], terminal: Terminal): void {
  for (const [resource, ofResource] of Map.groupBy(entries, resourceText))
    terminal.out(`Current ACLs for resource \`${resource}\`:\n${block(ofResource)}\n`)
}
const block = (entries: readonly Parameters<typeof entryText>[0][]): string =>
  [...new Set(entries.map(entryText))].map(text => `\t${text}`).join('\n')

async function found(client: Client, filter?: ResourceFilter): Promise<AclEntry[]> {
  const answer = await client.admin.requests.any(
    describeAcls,
    aclFilterFields(filter === undefined ? {} : asked(filter)),
  )
  accept(answer.errorCode, answer.errorMessage)
  return answer.resources.flatMap(({ acls, ...resource }) => acls.map(entry => aclEntryOf({ ...resource, ...entry })))
}
const asked = ({ patternType, ...rest }: ResourceFilter): AclEntryFilter =>
  patternType === undefined ? rest : { ...rest, patternType }

/** Whether the person at the terminal says yes. */
async function confirmed(question: string, terminal: Terminal): Promise<boolean> {
  terminal.out(question)
  let answer = ''
  for await (const bytes of terminal.input()) {
    answer += bytes.toString('utf8')
    if (answer.includes('\n')) break
  }
  return answer.split('\n')[0]!.trim().toLowerCase() === 'y'
}
