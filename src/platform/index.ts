// platform: composes everything that `millrace up` starts.

export { configFromEnvironment, configReference, parseProperties, type ConfigReference } from '../metadata/index.ts'
export { startPlatform, type Platform, type PlatformOptions } from './start-platform.ts'
export type { RecoveryProgress, SnapshotSize } from '../storage/index.ts'
