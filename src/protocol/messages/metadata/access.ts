// __cluster_metadata: who may do what, by which secrets they are known, and how much they may ask for.
import { array, bool, bytes, float64, int32, int64, int8, message, string, uuid } from '../../schema.ts'
import { metadataRecord } from './metadata-record.ts'

export const accessControlEntry = metadataRecord(
  18,
  message(
    'AccessControlEntryRecord',
    { versions: '0', flexible: '0+' },
    {
      id: uuid,
      resourceType: int8,
      resourceName: string,
      patternType: int8,
      principal: string,
      host: string,
      operation: int8,
      permissionType: int8,
    },
  ),
)
export const removeAccessControlEntry = metadataRecord(
  19,
  message('RemoveAccessControlEntryRecord', { versions: '0', flexible: '0+' }, { id: uuid }),
)
export const userScramCredential = metadataRecord(
  11,
  message(
    'UserScramCredentialRecord',
    { versions: '0', flexible: '0+' },
    { name: string, mechanism: int8, salt: bytes, storedKey: bytes, serverKey: bytes, iterations: int32 },
  ),
)
export const removeUserScramCredential = metadataRecord(
  22,
  message('RemoveUserScramCredentialRecord', { versions: '0', flexible: '0+' }, { name: string, mechanism: int8 }),
)
export const delegationToken = metadataRecord(
  10,
  message(
    'DelegationTokenRecord',
    { versions: '0', flexible: '0+' },
    {
      owner: string,
      requester: string,
      renewers: array(string),
      issueTimestamp: int64,
      maxTimestamp: int64,
      expirationTimestamp: int64,
      tokenId: string,
    },
  ),
)
export const removeDelegationToken = metadataRecord(
  26,
  message('RemoveDelegationTokenRecord', { versions: '0', flexible: '0+' }, { tokenId: string }),
)
/** An entity without a name is the default of its type. */
export const clientQuota = metadataRecord(
  14,
  message(
    'ClientQuotaRecord',
    { versions: '0', flexible: '0+' },
    {
      entity: array({ entityType: string, entityName: string.nullable() }),
      key: string,
      value: float64,
      remove: bool,
    },
  ),
)
