// Credentials of users for SCRAM (KIP-554): set, changed and removed, those of each user as a whole or not at all. The
// sentences are those of Kafka's ScramControlManager.

import { type Decision, type Refusal, refusal, type Result } from './decision.ts'
import type { ClusterImage } from './image.ts'
import type { MetadataRecord, ScramCredentialImage, ScramMechanism } from './records.ts'

export interface ScramDeletion {
  readonly user: string
  /** undefined: one that is not known. */
  readonly mechanism: ScramMechanism | undefined
}
export interface ScramUpsertion extends ScramDeletion {
  readonly credential: ScramCredentialImage
}
export type ScramOutcome = { readonly user: string } & Result

const iterationsMin = 4096
/** Kafka's: more would occupy whoever derives the keys of a password. */
const iterationsMax = 16_384

export function alterScramCredentials(
  image: ClusterImage,
  {
    deletions,
    upsertions,
  }: { readonly deletions: readonly ScramDeletion[]; readonly upsertions: readonly ScramUpsertion[] },
): Decision<readonly ScramOutcome[]> {
  const records: MetadataRecord[] = []
  const altered = [...deletions, ...upsertions]
  const users = new Set(altered.map(({ user }) => user))
  const outcome = [...users].map((user): ScramOutcome => {
    const own = altered.filter(alteration => alteration.user === user)
    // Kafka takes one change of a user a request, be the mechanisms different or not.
    const decided =
      own.length > 1
        ? refusal('DUPLICATE_RESOURCE', 'A user credential cannot be altered twice in the same request')
        : decide(image, own[0]!)
    if ('error' in decided) return { user, ...decided }
    records.push(decided)
    return { user, error: 'NONE' }
  })
  return { records, outcome }
}

function decide(image: ClusterImage, alteration: ScramDeletion | ScramUpsertion): MetadataRecord | Refusal {
  const { user, mechanism } = alteration
  if (user === '') return refusal('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty')
  if (mechanism === undefined) return refusal('UNSUPPORTED_SASL_MECHANISM', 'Unknown SCRAM mechanism')
  if (!('credential' in alteration))
    return image.scramCredentials.get(user)?.has(mechanism) === true
      ? { type: 'scramCredentialRemoved', user, mechanism }
      : refusal('RESOURCE_NOT_FOUND', 'Attempt to delete a user credential that does not exist')
  const { credential } = alteration
  if (credential.iterations < iterationsMin) return refusal('UNACCEPTABLE_CREDENTIAL', 'Too few iterations')
  if (credential.iterations > iterationsMax) return refusal('UNACCEPTABLE_CREDENTIAL', 'Too many iterations')
  return { type: 'scramCredentialSet', user, mechanism, credential }
}
