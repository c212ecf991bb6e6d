// broker: listeners, one handler file an API, partitions and replicas, delayed answers.

export { BrokerNode, startBrokerNode, type BrokerNodeOptions } from './broker-node.ts'
export { compatibilityPage } from './compatibility.ts'
export { FlightRecorder, flightKinds, type FlightKind } from './flight-recorder/flight-recorder.ts'
export type { FlightEvent } from './flight-recorder/event-rings.ts'
export { handlers } from './handlers/index.ts'
export type { ListenerAddress } from './listeners.ts'
export type { Intercept } from './service.ts'
