// ssl.principal.mapping.rules: what a client is called that shows a certificate (KIP-371). The first rule whose pattern the
// whole subject matches makes the name of it.

import { UserError } from '../../base/index.ts'

/** Throws a UserError for rules that are none. */
export function principalMapping(rules: string): (subject: string) => string | undefined {
  const mappings = split(rules).map(mappingOf)
  return subject => {
    for (const map of mappings) {
      const name = map(subject)
      if (name !== undefined) return name
    }
    return undefined
  }
}

type Mapping = (subject: string) => string | undefined

/** At the commas between rules: patterns may hold others. */
function split(rules: string): string[] {
  return (rules.trim() === '' ? 'DEFAULT' : rules).split(/\s*,\s*(?=RULE:|DEFAULT\s*(?:,|$))/).map(rule => rule.trim())
}
function mappingOf(rule: string): Mapping {
  if (rule === 'DEFAULT') return subject => subject
  const [, pattern, replacement, letters] = /^RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/([LU]?)$/.exec(rule) ?? []
  if (pattern === undefined)
    throw new UserError(
      'CONFIG',
      `'${rule}' of ssl.principal.mapping.rules is no rule: expected DEFAULT or RULE:pattern/replacement/[LU]`,
    )
  let expression: RegExp
  try {
    expression = new RegExp(`^(?:${pattern})$`)
  } catch (error) {
    throw new UserError(
      'CONFIG',
      `the pattern of '${rule}' in ssl.principal.mapping.rules is none: ${(error as Error).message}`,
    )
  }
  return subject => {
    const found = expression.exec(subject)
    if (found === null) return undefined
    const name = replacement!.replaceAll(/\$(\d)/g, (_, number: string) => found[Number(number)] ?? '')
    return letters === 'L' ? name.toLowerCase() : letters === 'U' ? name.toUpperCase() : name
  }
}
