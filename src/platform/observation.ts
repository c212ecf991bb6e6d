// What a running platform tells over HTTP, and has done: whether it is well, what the flight recorder saw, snapshots.

import { join } from 'node:path'

import type { Logger } from '../base/index.ts'
import { flightKinds, type FlightKind, type FlightRecorder } from '../broker/index.ts'
import type { HttpAnswer, HttpRoute, HttpServer } from '../http/index.ts'
import type { SnapshotSize } from '../storage/index.ts'
import type { Health } from './health.ts'
import type { PlatformMetrics } from './metrics/platform-metrics.ts'
import { formatFor, textPieces } from './metrics/text-format.ts'

export interface HttpOptions {
  readonly host: string
  readonly port: number
  /** Whether any free port will do where this one is taken. */
  readonly orAnother: boolean
}
export interface Observed {
  readonly recorder: FlightRecorder
  readonly metrics: PlatformMetrics
  health(): Health
  /** Undefined where nothing is on disk. */
  readonly dataPath: string | undefined
  snapshot(path: string): SnapshotSize
}

/** Loaded when the broker is up already, which need not wait for HTTP, or when it has long to recover. */
export async function startObservation(
  observed: Observed,
  { host, port, orAnother }: HttpOptions,
  logger: Logger,
): Promise<HttpServer> {
  const { HttpError, startHttpServer } = await import('../http/index.ts')
  const { recorder, metrics, dataPath } = observed
  const kindOf = (given: string): FlightKind => {
    const kind = flightKinds.find(kind => kind === given)
    if (kind === undefined) throw new HttpError(404, `'${given}' is not recorded. What is: ${flightKinds.join(', ')}`)
    return kind
  }
  const routes: HttpRoute[] = [
    { method: 'GET', path: '/health', answer: () => readiness(observed.health()) },
    { method: 'GET', path: '/health/ready', answer: () => readiness(observed.health()) },
    { method: 'GET', path: '/health/live', answer: () => ({ body: { status: 'live' } }) },
    {
      method: 'GET',
      path: '/metrics',
      answer({ accept }) {
        const format = formatFor(accept)
        return { contentType: format.contentType, body: textPieces(metrics.families(), format) }
      },
    },
    {
      method: 'GET',
      path: '/jmx',
      answer: ({ query }) => ({ contentType: 'application/json', body: metrics.beans(query.get('qry') ?? undefined) }),
    },
    {
      method: 'GET',
      path: '/why/:kind',
      answer: ({ parameters: { kind } }) => ({ body: recorder.subjects(kindOf(kind!)) }),
    },
    {
      method: 'GET',
      path: '/why/:kind/:name',
      answer({ parameters: { kind, name } }) {
        const events = recorder.story(kindOf(kind!), name!)
        if (events === undefined)
          throw new HttpError(404, `nothing was heard of the ${kind} '${name}' since the broker started`)
        return { body: { kind, name, events } }
      },
    },
    {
      method: 'POST',
      path: '/snapshots',
      answer({ body }) {
        if (observed.health().status === 'starting') throw new HttpError(503, 'the broker is starting')
        if (dataPath === undefined)
          throw new HttpError(409, 'this broker keeps everything in memory: there is nothing on disk to snapshot')
        const { name } = (body ?? {}) as { readonly name?: unknown }
        if (typeof name !== 'string' || !isSnapshotName(name))
          throw new HttpError(400, 'expected {"name": …} of letters, digits, _, . and -')
        try {
          return { status: 201, body: observed.snapshot(join(snapshotsOf(dataPath), name)) }
        } catch (error) {
          throw new HttpError(409, (error as Error).message)
        }
      },
    },
  ]
  try {
    return await startHttpServer({ host, port, routes, logger })
  } catch (error) {
    if (!orAnother || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return startHttpServer({ host, port: 0, routes, logger })
  }
}

/** 503 is what Kubernetes, and who balances load, takes for: send nobody here. */
function readiness(health: Health): HttpAnswer {
  return { status: health.status === 'up' ? 200 : 503, body: health }
}

/** Beside the data directory, in the same file system. */
export const snapshotsOf = (dataPath: string): string => `${dataPath.replace(/[/\\]+$/, '')}.snapshots`
export const isSnapshotName = (name: string): boolean => /^[\w-][\w.-]*$/.test(name)
