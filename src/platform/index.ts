// platform: composes everything that `millrace up` starts.

export { configFromEnvironment, parseProperties } from '../metadata/index.ts'
export { startPlatform, type Platform, type PlatformOptions } from './start-platform.ts'
export type { RecoveryProgress } from '../storage/index.ts'
