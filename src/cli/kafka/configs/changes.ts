// What kafka-configs --alter is to set and remove.

import { propertiesFile } from '../connection.ts'
import { ToolError } from '../tool.ts'
import type { Given } from './options.ts'

export interface Changes {
  readonly set: ReadonlyMap<string, string>
  readonly remove: readonly string[]
}

export async function changesOf(given: Given): Promise<Changes> {
  const set = await propertiesFile(given.value('add-config-file'))
  for (const [name, value] of pairsOf(given.value('add-config'))) set.set(name, value)
  for (const name of set.keys())
    if (!/^[a-zA-Z0-9._-]*$/.test(name)) throw new ToolError(`Invalid character found for config key: ${name}`)
  const remove = given.values('delete-config').flatMap(names => names.split(',').map(name => name.trim()))
  return { set, remove }
}

/** 'k1=v1,k2=[v1,v2]': commas and signs between brackets belong to the value. */
function pairsOf(text: string | undefined): [name: string, value: string][] {
  if (text === undefined) return []
  const entries = text.split(/,(?=[^\]]*(?:\[|$))/)
  while (entries.at(-1) === '') entries.pop()
  return entries.map(entry => {
    const parts = entry.split(/\s*=\s*(?=[^\]]*(?:\[|$))/)
    if (parts.length !== 2)
      throw new ToolError(
        'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  "key=[val1,val2]" to group values which contain commas.',
      )
    return [parts[0]!.trim(), parts[1]!.replaceAll(/[[\]]/g, '').trim()]
  })
}
