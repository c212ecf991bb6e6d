// platform: composes everything that `millrace up` starts.

export {
  configFromEnvironment,
  configReference,
  parseProperties,
  placeReplicas,
  type ConfigReference,
} from '../metadata/index.ts'
export type { CopiedTopic, CopyOutcome, CopySource } from './copy-topics.ts'
export { exportMetrics, type MeterLike, type MeterProviderLike } from './metrics/open-telemetry.ts'
export type { Metric, PlatformMetrics } from './metrics/platform-metrics.ts'
export { isSnapshotName, snapshotsOf, type HttpOptions } from './observation.ts'
export { startPlatform, type Platform, type PlatformOptions } from './start-platform.ts'
export { flightKinds, type FlightEvent, type FlightKind } from '../broker/index.ts'
export type { RecoveryProgress, SnapshotSize } from '../storage/index.ts'
