// What a broker's listeners allow their peers: every limit of this module, with its reason.

import { allocationMaxDefault } from '../protocol/index.ts'

export interface ConnectionLimits {
  /** socket.request.max.bytes: a frame that claims more is taken for something that is no Kafka request. */
  readonly requestSizeMax: number
  /** queued.max.request.bytes: memory of frames being received, all connections together. More wait, unread. */
  readonly receiveBytesMax: number
  /** What one request may take when it is decoded, by estimate. */
  readonly decodedBytesMax: number
  /** max.connections */
  readonly connectionsMax: number
  /** max.connections.per.ip */
  readonly connectionsPerIpMax: number
  /** max.connections.per.ip.overrides: for these addresses. */
  readonly connectionsPerIpOverrides: ReadonlyMap<string, number>
  /** connections.max.idle.ms; negative for no limit. */
  readonly idleMsMax: number
  /** While others wait for memory, a frame whose bytes stop coming for as long as this loses its connection. */
  readonly stalledFrameMsMax: number
  /** sasl.server.max.receive.size: a frame of a client that has not shown yet who it is. */
  readonly unauthenticatedSizeMax: number
  /** By when a client must have shown who it is. Those who can, do so at once; the others only hold what they take. */
  readonly authenticationMsMax: number
  /** Requests that wait behind the one in progress: beyond it, no more is read from the connection. */
  readonly waitingBytesMax: number
  /** Answers to pipelined requests go out together up to this size; then the kernel must have taken them. */
  readonly unsentBytesMax: number
}

export const connectionLimits: ConnectionLimits = {
  requestSizeMax: 100 * 2 ** 20,
  // Kafka's default is no limit; this one admits the largest frame, and 128 of the usual 1 MiB at once.
  receiveBytesMax: 128 * 2 ** 20,
  decodedBytesMax: allocationMaxDefault,
  connectionsMax: 2 ** 31 - 1,
  connectionsPerIpMax: 2 ** 31 - 1,
  connectionsPerIpOverrides: new Map(),
  idleMsMax: 600_000,
  stalledFrameMsMax: 30_000,
  unauthenticatedSizeMax: 512 * 1024,
  authenticationMsMax: 60_000,
  waitingBytesMax: 64 * 1024,
  unsentBytesMax: 64 * 1024,
}
