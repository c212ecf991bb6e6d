// __cluster_metadata: the brokers and controllers of a KRaft cluster, as they come and go.
import { array, bool, int16, int32, int64, int8, message, string, uint16, uuid } from '../../schema.ts'
import { metadataRecord } from './metadata-record.ts'

const ofBroker = { brokerId: int32, brokerEpoch: int64 }
const endPoints = array({ name: string.mapKey(), host: string, port: uint16, securityProtocol: int16 })
const features = array({ name: string.mapKey(), minSupportedVersion: int16, maxSupportedVersion: int16 })

export const registerBroker = metadataRecord(
  0,
  message(
    'RegisterBrokerRecord',
    { versions: '0-3', flexible: '0+' },
    {
      brokerId: int32,
      /** Of the days in which clusters left ZooKeeper. */
      isMigratingZkBroker: bool.in('2+'),
      incarnationId: uuid,
      brokerEpoch: int64,
      endPoints,
      features,
      rack: string.nullable(),
      fenced: bool.default(true),
      inControlledShutdown: bool.in('1+'),
      /** KIP-858: the ids of its log directories. */
      logDirs: array(uuid).tag(0, '3+'),
    },
  ),
)
export const unregisterBroker = metadataRecord(
  1,
  message('UnregisterBrokerRecord', { versions: '0', flexible: '0+' }, ofBroker),
)
/** With the next: what BrokerRegistrationChangeRecord took the place of. */
export const fenceBroker = metadataRecord(
  7,
  message('FenceBrokerRecord', { versions: '0', flexible: '0+' }, { id: int32, epoch: int64 }),
)
export const unfenceBroker = metadataRecord(
  8,
  message('UnfenceBrokerRecord', { versions: '0', flexible: '0+' }, { id: int32, epoch: int64 }),
)
export const brokerRegistrationChange = metadataRecord(
  17,
  message(
    'BrokerRegistrationChangeRecord',
    { versions: '0-2', flexible: '0+' },
    {
      ...ofBroker,
      /** −1 no longer fenced, 0 as before, 1 fenced. */
      fenced: int8.tag(0, '0+'),
      inControlledShutdown: int8.tag(1, '1+'),
      logDirs: array(uuid).tag(2, '2+'),
    },
  ),
)
export const registerController = metadataRecord(
  27,
  message(
    'RegisterControllerRecord',
    { versions: '0', flexible: '0+' },
    { controllerId: int32, incarnationId: uuid, zkMigrationReady: bool, endPoints, features },
  ),
)
