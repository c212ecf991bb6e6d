// DescribeUserScramCredentials and AlterUserScramCredentials (KIP-554): which users have passwords for SCRAM, and what is
// kept of them. Clients send a salted password, from which the two keys are made that the cluster keeps.

import { scramKeys, type ScramMechanismName } from '../../connection/index.ts'
import {
  alterUserScramCredentials,
  describeUserScramCredentials,
  errorCode,
  errorMessage,
  type ErrorName,
} from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

/** Kafka's ScramMechanism, by its numbers. */
const mechanisms: Readonly<Record<number, ScramMechanismName>> = { 1: 'SCRAM-SHA-256', 2: 'SCRAM-SHA-512' }
const numbers: Readonly<Record<ScramMechanismName, number>> = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 }

export const describeUserScramCredentialsHandler = handler(
  describeUserScramCredentials,
  {
    versions: '0',
    authorization: needsCluster('DESCRIBE', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      results: [],
    })),
  },
  ({ body, context }) => {
    const { scramCredentials } = context.metadata.image
    const asked = (body.users ?? []).map(({ name }) => name)
    const users = asked.length > 0 ? [...new Set(asked)] : [...scramCredentials.keys()]
    const refused = (user: string, error: ErrorName, errorMessage: string) => ({
      user,
      errorCode: errorCode(error),
      errorMessage,
      credentialInfos: [],
    })
    return {
      errorCode: errorCode('NONE'),
      errorMessage: null,
      results: users.map(user => {
        const credentials = scramCredentials.get(user)
        if (asked.indexOf(user) !== asked.lastIndexOf(user))
          return refused(
            user,
            'DUPLICATE_RESOURCE',
            `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`,
          )
        if (credentials === undefined)
          return refused(
            user,
            'RESOURCE_NOT_FOUND',
            `Attempt to describe a user credential that does not exist: ${user}`,
          )
        return {
          user,
          errorCode: errorCode('NONE'),
          errorMessage: null,
          credentialInfos: [...credentials].map(([mechanism, { iterations }]) => ({
            mechanism: numbers[mechanism],
            iterations,
          })),
        }
      }),
    }
  },
)

export const alterUserScramCredentialsHandler = handler(
  alterUserScramCredentials,
  {
    versions: '0',
    authorization: needsCluster('ALTER', ({ body }, error) => ({
      results: [...new Set([...body.deletions, ...body.upsertions].map(({ name }) => name))].map(user => ({
        user,
        errorCode: errorCode(error),
        errorMessage: errorMessage(error),
      })),
    })),
  },
  async ({ body, context }) => {
    const outcomes = await context.metadata.alterScramCredentials({
      deletions: body.deletions.map(({ name, mechanism }) => ({ user: name, mechanism: mechanisms[mechanism] })),
      upsertions: body.upsertions.map(({ name, mechanism: number, iterations, salt, saltedPassword }) => {
        const mechanism = mechanisms[number]
        const { storedKey, serverKey } = scramKeys(mechanism ?? 'SCRAM-SHA-256', saltedPassword)
        const credential = {
          salt: Buffer.from(salt).toString('base64'),
          iterations,
          storedKey: storedKey.toString('base64'),
          serverKey: serverKey.toString('base64'),
        }
        return { user: name, mechanism, credential }
      }),
    })
    return {
      results: outcomes.map(outcome => ({
        user: outcome.user,
        errorCode: errorCode(outcome.error),
        errorMessage: outcome.error === 'NONE' ? null : outcome.message,
      })),
    }
  },
)
