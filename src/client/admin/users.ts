// Users of SCRAM (KIP-554): their passwords are set and removed; the cluster learns a salted form, never the password.

import {
  saltPassword,
  scramIterationsMax,
  scramIterationsMin,
  scramMechanisms,
  type ScramMechanismName,
} from '../../connection/index.ts'
import { alterUserScramCredentials, describeUserScramCredentials, type RequestDraftOf } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check, KafkaError } from '../errors.ts'

export interface ScramUser {
  readonly user: string
  readonly mechanism: ScramMechanismName
}
export interface ScramPassword extends ScramUser {
  readonly password: string
  /** How much work a guess is: 4096 (default) to 16384. */
  readonly iterations?: number
}
export interface ScramUserDescription {
  readonly user: string
  readonly credentials: readonly { readonly mechanism: ScramMechanismName; readonly iterations: number }[]
}
const saltBytes = 26

export class UserAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Those named, or all that have a password. Throws RESOURCE_NOT_FOUND for one that has none. */
  describe(users: readonly string[] = []): Promise<ScramUserDescription[]> {
    return this.#cluster.retrying(async () => {
      const answer = await this.#cluster.askController(describeUserScramCredentials, {
        users: users.length > 0 ? users.map(name => ({ name })) : null,
      })
      check(answer.errorCode, { message: answer.errorMessage })
      return answer.results.map(({ user, errorCode, errorMessage, credentialInfos }) => {
        check(errorCode, { context: `user '${user}'`, message: errorMessage })
        return {
          user,
          credentials: credentialInfos.map(({ mechanism, iterations }) => ({
            mechanism: scramMechanisms[mechanism - 1]!,
            iterations,
          })),
        }
      })
    })
  }
  async setPassword({ user, mechanism, password, iterations = scramIterationsMin }: ScramPassword): Promise<void> {
    // Here already, as whoever derives the keys does the work.
    if (iterations < scramIterationsMin || iterations > scramIterationsMax)
      throw new KafkaError('UNACCEPTABLE_CREDENTIAL', { message: `${iterations} iterations: 4096 to 16384 are taken` })
    const salt = this.#cluster.options.random.bytes(saltBytes)
    const saltedPassword = await saltPassword(mechanism, { password, salt, iterations })
    await this.#alter({
      deletions: [],
      upsertions: [{ name: user, mechanism: numberOf(mechanism), iterations, salt, saltedPassword }],
    })
  }
  removePassword({ user, mechanism }: ScramUser): Promise<void> {
    return this.#alter({ deletions: [{ name: user, mechanism: numberOf(mechanism) }], upsertions: [] })
  }
  #alter(draft: RequestDraftOf<typeof alterUserScramCredentials>): Promise<void> {
    return this.#cluster.retrying(async () => {
      const { results } = await this.#cluster.askController(alterUserScramCredentials, draft)
      for (const { user, errorCode, errorMessage } of results)
        check(errorCode, { context: `user '${user}'`, message: errorMessage })
    })
  }
}
/** Kafka counts them from 1. */
const numberOf = (mechanism: ScramMechanismName) => scramMechanisms.indexOf(mechanism) + 1
