// Composes what `millrace up` starts: the metadata, one or more brokers on it, each with its own listeners and logs.

import { join } from 'node:path'

import {
  diskFiles,
  memoryFiles,
  MBeans,
  startThread,
  systemClock,
  systemRandom,
  tcpSockets,
  UserError,
  watchProcess,
  type Clock,
  type Files,
  type Logger,
  type Random,
  type Sockets,
} from '../base/index.ts'
import { FlightRecorder, startBrokerNode, type BrokerNode, type Intercept } from '../broker/index.ts'
import type { HttpServer } from '../http/index.ts'
import { brokerConfigOf, fileMetadataLog, Metadata, type BrokerConfig } from '../metadata/index.ts'
import { snapshotDirectory, type RecoveryProgress, type SnapshotSize } from '../storage/index.ts'
import { copyTopics, forgetUnfinishedCopy, type CopyOutcome, type CopySource } from './copy-topics.ts'
import { addFirstUsers } from './first-users.ts'
import { PlatformState } from './health.ts'
import { displacedWarnings, exposureWarnings, listenersOf } from './listeners.ts'
import { PlatformMetrics } from './metrics/platform-metrics.ts'
import { startObservation, type HttpOptions } from './observation.ts'

export interface PlatformOptions {
  /** Where everything is kept; undefined: in memory. */
  readonly dataPath: string | undefined
  readonly host?: string
  /** 0 picks a free one. Brokers after the first take the ports that follow. */
  readonly port?: number
  readonly brokers?: number
  /** Of a new data directory; one that has an id keeps it. Without it: by chance. */
  readonly clusterId?: string
  /** Users of SCRAM that the cluster begins with: `SCRAM-SHA-256=[name=alice,password=secret]`. */
  readonly addScram?: readonly string[]
  /** By Kafka's names, the strongest already chosen. */
  readonly properties: ReadonlyMap<string, string>
  readonly logger: Logger
  readonly clock?: Clock
  readonly random?: Random
  readonly files?: Files
  readonly sockets?: Sockets
  readonly intercept?: Intercept
  /** Where it tells over HTTP how it is, and what it saw; without it, it does not. */
  readonly http?: HttpOptions
  /** False: requests are not timed and topics not counted, which shows what that costs. */
  readonly isMeasured?: boolean
  /** Every second while logs are recovered that were not closed. */
  readonly onRecovery?: (progress: RecoveryProgress) => void
  /** Topics of another cluster that are to be here before clients are served. */
  readonly copy?: CopySource
}
export interface Platform {
  /** 'host:port[,host:port]', a broker each. */
  readonly bootstrap: string
  readonly endpoints: readonly { readonly name: string; readonly address: string }[]
  /** How long the process took to come here. */
  readonly startMs: number
  /** Configs that are unknown or do nothing, a sentence each. */
  readonly warnings: readonly string[]
  /** All that /metrics tells, under the same names. */
  readonly metrics: PlatformMetrics
  /** What was copied from another cluster, where that was asked for. */
  readonly copy: CopyOutcome | undefined
  /** 'host:port' of its HTTP server, a moment after the brokers are up; undefined where none was asked for. */
  readonly http: Promise<string | undefined>
  /**
   * All that is kept, as it is now, in a new directory of the same file system: mostly hard links. `startPlatform` starts
   * from it, once.
   */
  snapshot(path: string): SnapshotSize
  stop(): Promise<void>
}

/** Millrace's own: whether acknowledgements wait for a sync (default), or for the page cache only, as in Kafka. */
const flushOnAck = 'log.flush.on.ack'

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { dataPath, logger, clock = systemClock, random = systemRandom, brokers = 1 } = options
  const files = options.files ?? (dataPath === undefined ? memoryFiles() : diskFiles)
  const properties = new Map(options.properties)
  const flushes = flushSetting(properties)
  const { config, warnings } = brokerConfigOf({ overrides: properties })
  const listeners = listenersOf(config, options, brokers)
  const path = dataPath ?? memoryPath
  files.makeDirectory(path)
  const metadata = await openMetadata({ ...options, config, files, random, path })
  const halves = await forgetUnfinishedCopy({ metadata, files, path })
  const nodes: BrokerNode[] = []
  const state = new PlatformState({ metadata, nodes })
  const watch = options.http === undefined ? undefined : watchProcess()
  const metrics = new PlatformMetrics({ cluster: { metadata, nodes }, watch, severalBrokers: brokers > 1 })
  const timekeepers: (() => void)[] = []
  const beansOf = (nodeId: number): MBeans => {
    const beans = new MBeans(clock)
    metrics.add(nodeId, beans)
    timekeepers.push(beans.keepTime())
    return beans
  }
  const recorder = options.http === undefined ? undefined : new FlightRecorder({ clock })
  let http: Promise<HttpServer> | undefined
  let copy: CopyOutcome | undefined
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      state.phase = 'stopping'
      for (const node of nodes.toReversed()) await node.stop()
      await metadata.close()
      for (const stopTime of timekeepers) stopTime()
      watch?.stop()
      await (await http?.catch(() => undefined))?.close()
    })())
  const snapshot = (to: string): SnapshotSize => {
    for (const node of nodes) node.context.logDirectory.settle()
    return snapshotDirectory(files, path, to)
  }
  const observe = (): void => {
    if (recorder === undefined) return
    const observed = { recorder, metrics, dataPath, snapshot, health: () => state.health() }
    http ??= startObservation(observed, options.http!, logger)
    // Whoever asked for HTTP awaits it; for others it is no fault.
    http.catch(() => {})
  }
  try {
    await addFirstUsers(metadata, options.addScram ?? [], random)
    for (let index = 0; index < brokers; index++)
      nodes.push(
        await startBrokerNode({
          config,
          metadata,
          files,
          certificateFiles: options.files ?? diskFiles,
          clock,
          random,
          logger: recorder?.heeding(logger) ?? logger,
          metrics: beansOf(firstNodeId(config) + index),
          isMeasured: options.isMeasured,
          nodeId: firstNodeId(config) + index,
          path: logPathOf(files, path, { index, brokers }),
          durability: flushes ? 'fsync' : 'flush',
          listeners: listeners[index]!,
          sockets: options.sockets ?? tcpSockets(),
          intercept: options.intercept,
          observer: recorder,
          startThread: files === diskFiles ? startThread : undefined,
          onRecovery(progress) {
            state.recovery = progress
            // Whoever waits for it is told how far it is.
            observe()
            options.onRecovery?.(progress)
          },
          servesLater: options.copy !== undefined,
        }),
      )
    if (options.copy !== undefined) copy = await copyTopics(options.copy, { metadata, nodes, files, path, clock })
    for (const node of nodes) node.serve()
  } catch (error) {
    await stop()
    throw error
  }
  const addresses = nodes.flatMap(node => node.addresses)
  const addressOf = ({ host, port }: { host: string; port: number }) =>
    `${host.includes(':') ? `[${host}]` : host}:${port}`
  const bootstrap = nodes.map(node => addressOf(node.addresses[0]!)).join(',')
  const startMs = clock.monotonic()
  state.phase = 'running'
  state.bootstrap = bootstrap
  observe()
  const httpAddress = http?.then(addressOf)
  httpAddress?.catch(() => {})
  return {
    bootstrap,
    endpoints: addresses.map(address => ({ name: 'Kafka', address: addressOf(address) })),
    startMs,
    warnings: [
      ...warnings.map(({ message }) => message),
      ...displacedWarnings(config, options),
      ...exposureWarnings(listeners.flat(), config),
      ...halves.map(name => `topic '${name}' was not copied to its end, and is deleted`),
      ...(copy?.warnings ?? []),
    ],
    metrics,
    copy,
    http: httpAddress ?? Promise.resolve(undefined),
    snapshot,
    stop,
  }
}
/** Where a platform that keeps nothing on disk believes its files to be. */
const memoryPath = '/millrace'

async function openMetadata({
  files,
  path,
  random,
  config,
  logger,
  clusterId,
}: PlatformOptions & { files: Files; path: string; random: Random; config: BrokerConfig }): Promise<Metadata> {
  const log = fileMetadataLog({ files, path: join(path, 'metadata.log'), logger })
  if (clusterId !== undefined && !/^[\w+/=-]{1,64}$/.test(clusterId))
    throw new UserError('USAGE', `'${clusterId}' is no cluster id: expected 22 letters, digits, - and _`)
  const id = clusterId === undefined ? {} : { clusterId }
  const metadata = await Metadata.open({ log, random, config, logger, ...id })
  // Nobody else has this log open: brokers that it takes for alive died with their process.
  await metadata.fenceAllBrokers()
  return metadata
}
/** One broker keeps its logs in the data directory itself, as Kafka's does; several have a folder each. */
function logPathOf(
  files: Files,
  path: string,
  { index, brokers }: { readonly index: number; readonly brokers: number },
): string {
  const own = join(path, 'brokers', String(index + 1))
  // The first broker finds its logs again when others join it, and when they are no longer started.
  const isAlone = files.exists(join(path, 'meta.properties')) || (brokers === 1 && !files.exists(own))
  return index === 0 && isAlone ? path : own
}
function firstNodeId(config: BrokerConfig): number {
  const given = config.optionalNumber('node.id') ?? -1
  return given >= 0 ? given : 1
}
function flushSetting(properties: Map<string, string>): boolean {
  const given = properties.get(flushOnAck) ?? 'true'
  properties.delete(flushOnAck)
  if (given !== 'true' && given !== 'false')
    throw new UserError('CONFIG', `${flushOnAck} is true or false, not '${given}'`)
  return given === 'true'
}
