// The value of sasl.jaas.config: a login module of Java's, a flag, and options, as in
//   org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="secret";

import { UserError } from '../../base/index.ts'

export interface JaasEntry {
  /** The class, without its package: PlainLoginModule. */
  readonly module: string
  readonly options: ReadonlyMap<string, string>
}

const token = /\s*(?:"((?:[^"\\]|\\[^])*)"|([^\s"=;]+)|([=;]))/y

/** Throws a UserError that names the config. Nothing of the text is repeated in it: it holds passwords. */
export function parseJaas(text: string, config: string): JaasEntry {
  const fault = (what: string) =>
    new UserError('CONFIG', `${config} is not understood: ${what}; expected MODULE required NAME="VALUE" …;`)
  const tokens: { readonly text: string; readonly isSign: boolean }[] = []
  token.lastIndex = 0
  while (text.slice(token.lastIndex).trim() !== '') {
    const [found, quoted, word, sign] = token.exec(text) ?? []
    if (found === undefined) throw fault('a quotation mark has no counterpart')
    tokens.push({ text: quoted?.replaceAll(/\\([^])/g, '$1') ?? word ?? sign!, isSign: sign !== undefined })
  }
  const [module, flag, ...rest] = tokens
  const end = rest.pop()
  if (module === undefined || flag === undefined || !/^(required|requisite|sufficient|optional)$/i.test(flag.text))
    throw fault('there is no flag behind the module')
  if (end?.isSign !== true || end.text !== ';') throw fault('there is no semicolon at its end')
  const options = new Map<string, string>()
  for (let i = 0; i < rest.length; i += 3) {
    const [name, equals, value] = rest.slice(i, i + 3)
    if (name!.isSign || equals?.text !== '=' || value === undefined || value.isSign)
      throw fault(`option ${i / 3 + 1} is not NAME="VALUE"`)
    options.set(name!.text, value.text)
  }
  return { module: module.text.split('.').at(-1)!, options }
}
