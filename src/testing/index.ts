// millrace/testing: a broker for tests, with topics seeded, a reset between tests, and faults on demand.

export { ManualClock } from '../base/index.ts'
export { Faults, type Fault } from './faults.ts'
export {
  startBroker,
  type SeededRecord,
  type SeededTopic,
  type TestBroker,
  type TestBrokerOptions,
} from './start-broker.ts'
export { createAuthority, type Authority, type Certificate, type CertificateOptions } from './certificates.ts'
