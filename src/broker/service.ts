// The one place where every request passes: from the connection to the handler of its API.

import { UserError } from '../base/index.ts'
import type { Answer, ConnectionLimits, RequestObserver, ServerRequest, Service } from '../connection/index.ts'
import type { BrokerConfig } from '../metadata/index.ts'
import type { BrokerContext } from './context.ts'
import { throttled } from './quotas/throttled.ts'

/** Goes around every handler: faults in tests, a recorder of what was asked. `answer` may be left uncalled. */
export type Intercept = (request: ServerRequest, answer: () => Answer | Promise<Answer>) => Answer | Promise<Answer>

export function serviceOf(
  context: BrokerContext,
  {
    intercept,
    observer,
  }: { readonly intercept?: Intercept | undefined; readonly observer?: RequestObserver | undefined } = {},
): Service {
  const { handlers, clock, logger, metrics } = context
  const answer = (request: ServerRequest): Answer | Promise<Answer> => {
    const handler = handlers.get(request.api.key)!
    const access = context.authorizer.accessOf(request.connection)
    const call = { body: request.body, version: request.apiVersion, request, context, access }
    return handler.authorization.refuse?.(call) ?? handler.answer(call)
  }
  const handle = (request: ServerRequest): Answer | Promise<Answer> =>
    context.throttling.isActive ? throttled(context, request, () => answer(request)) : answer(request)
  return {
    apiRange(apiKey) {
      const versions = handlers.get(apiKey)?.versions
      return versions && { min: versions.from, max: versions.to }
    },
    handle: intercept === undefined ? handle : request => intercept(request, () => handle(request)),
    admit(peer) {
      const { heldMs, refusal } = context.connectionRates.arrived(peer)
      const admission = context.security.admit(peer)
      return heldMs > 0 ? { ...admission, heldMs, refusal: refusal ?? admission.refusal } : admission
    },
    clock,
    logger,
    metrics: metrics.beans,
    limits: limitsOf(context.config),
    observer,
    times: metrics.requests,
  }
}
function limitsOf(config: BrokerConfig): Partial<ConnectionLimits> {
  const receiveBytesMax = config.number('queued.max.request.bytes')
  return {
    requestSizeMax: config.number('socket.request.max.bytes'),
    // Kafka's default is no limit; ours is the connection's own.
    ...(receiveBytesMax > 0 ? { receiveBytesMax } : {}),
    connectionsMax: config.number('max.connections'),
    connectionsPerIpMax: config.number('max.connections.per.ip'),
    connectionsPerIpOverrides: overridesOf(config.string('max.connections.per.ip.overrides') ?? ''),
    idleMsMax: config.number('connections.max.idle.ms'),
    unauthenticatedSizeMax: config.number('sasl.server.max.receive.size'),
  }
}

/** '127.0.0.1:1000,10.0.0.1:5' */
function overridesOf(text: string): ReadonlyMap<string, number> {
  const entries = text.split(',').flatMap(entry => entry.trim() || [])
  return new Map(
    entries.map(entry => {
      const at = entry.lastIndexOf(':')
      const count = Number(entry.slice(at + 1))
      if (at <= 0 || !Number.isInteger(count) || count < 0)
        throw new UserError(
          'CONFIG',
          `max.connections.per.ip.overrides has '${entry}': expected HOST:COUNT, as in 127.0.0.1:100`,
        )
      return [entry.slice(0, at), count]
    }),
  )
}
