// __cluster_metadata: what is the whole cluster's, and how the log itself is kept.
import { int16, int32, int64, int8, message, string } from '../../schema.ts'
import { metadataRecord } from './metadata-record.ts'

export const featureLevel = metadataRecord(
  12,
  message('FeatureLevelRecord', { versions: '0', flexible: '0+' }, { name: string, featureLevel: int16 }),
)
/** The block of producer ids that a broker was given ends before the next. */
export const producerIds = metadataRecord(
  15,
  message(
    'ProducerIdsRecord',
    { versions: '0', flexible: '0+' },
    { brokerId: int32, brokerEpoch: int64.default(-1), nextProducerId: int64 },
  ),
)
/** Written when there was nothing else, so that the time of the log goes on (KIP-835). */
export const noOp = metadataRecord(20, message('NoOpRecord', { versions: '0', flexible: '0+' }, {}))
export const zkMigrationState = metadataRecord(
  21,
  message('ZkMigrationStateRecord', { versions: '0', flexible: '0+' }, { zkMigrationState: int8 }),
)
/** KIP-868: records between it and an end take effect together, or with an abort not at all. */
export const beginTransaction = metadataRecord(
  23,
  message(
    'BeginTransactionRecord',
    { versions: '0', flexible: '0+' },
    { name: string.nullable().default(null).tag(0, '0+') },
  ),
)
export const endTransaction = metadataRecord(24, message('EndTransactionRecord', { versions: '0', flexible: '0+' }, {}))
export const abortTransaction = metadataRecord(
  25,
  message(
    'AbortTransactionRecord',
    { versions: '0', flexible: '0+' },
    { reason: string.nullable().default(null).tag(0, '0+') },
  ),
)
