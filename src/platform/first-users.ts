// Users of SCRAM that a cluster begins with, written as for kafka-storage's --add-scram. One who is there already keeps
// the password that he has: somebody may have changed it since.

import { UserError, type Random } from '../base/index.ts'
import { saltPassword, scramKeys, scramMechanisms, type ScramMechanismName } from '../connection/index.ts'
import { isRefusal, type Metadata } from '../metadata/index.ts'

interface FirstUser {
  readonly user: string
  readonly mechanism: ScramMechanismName
  readonly password: string
  readonly iterations: number
}
const iterationsDefault = 4096
const saltBytes = 26

/** `SCRAM-SHA-256=[name=alice,password=secret]`, with `iterations=8192` where wanted. */
export async function addFirstUsers(metadata: Metadata, given: readonly string[], random: Random): Promise<void> {
  for (const { user, mechanism, password, iterations } of given.map(parse)) {
    if (metadata.image.scramCredentials.get(user)?.has(mechanism) === true) continue
    const salt = random.bytes(saltBytes)
    const { storedKey, serverKey } = scramKeys(mechanism, await saltPassword(mechanism, { password, salt, iterations }))
    const base64 = (bytes: Buffer) => bytes.toString('base64')
    const credential = { salt: base64(salt), iterations, storedKey: base64(storedKey), serverKey: base64(serverKey) }
    const [outcome] = await metadata.alterScramCredentials({
      deletions: [],
      upsertions: [{ user, mechanism, credential }],
    })
    if (outcome !== undefined && isRefusal(outcome))
      throw new UserError('CONFIG', `the user '${user}': ${outcome.message}`)
  }
}

/** Of what is wrong nothing is repeated: it holds a password. */
function parse(text: string): FirstUser {
  const fault = (what: string) =>
    new UserError('USAGE', `--add-scram: ${what}; expected SCRAM-SHA-256=[name=alice,password=secret]`)
  const [, name = '', list] = /^([^=]+)=\[(.*)\]$/.exec(text.trim()) ?? []
  const mechanism = scramMechanisms.find(known => known === name.toUpperCase())
  if (list === undefined || mechanism === undefined) throw fault('there is no mechanism, or no list behind it')
  const options = new Map(
    list.split(',').map(pair => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]),
  )
  const user = options.get('name')?.replaceAll(/^"|"$/g, '')
  const password = options.get('password')?.replaceAll(/^"|"$/g, '')
  const iterations = Number(options.get('iterations') ?? iterationsDefault)
  if (!user || !password || !Number.isInteger(iterations))
    throw fault('name, password or iterations is missing or wrong')
  return { user, mechanism, password, iterations }
}
