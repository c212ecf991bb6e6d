// One connection of the attacker: what goes out, what comes back, and whether that may be.

import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import { apiVersions, saslAuthenticate, saslHandshake } from '../../src/protocol/index.ts'
import type { AttackedListener } from './attacked-broker.ts'
import { framed, type Attack } from './attacks.ts'
import { requestFrame } from './sound-requests.ts'

export interface Target {
  readonly listener: AttackedListener
  readonly port: number
  /** Bytes in the place of a handshake. */
  readonly isRaw: boolean
  /** Who authenticates before the attack; undefined: nobody. */
  readonly login: { readonly username: string; readonly password: string } | undefined
}
/** What the broker did that it must not. */
export class Breach extends Error {}

/** An answer to it says that what came before is done with. */
const sentinelId = 0x7e57_1d
/** A connection that has not answered by then waits for more, or is parked: it is left. */
const patienceMs = 40
/** By when a connection must be closed that has to be: generous, as machines stall. */
const closeMsMax = 30_000
/** What those may be answered who have not shown who they are. */
const openApis: readonly number[] = [apiVersions.key, saslHandshake.key, saslAuthenticate.key]
const connectMsMax = 30_000

/** Gives how many requests were sound ones of its own, to log in and to hear that all is done. Throws a Breach. */
export async function attack(target: Target, { kind, bytes, ends }: Attack): Promise<number> {
  const socket = await open(target)
  const login = target.login === undefined ? [] : loginFrames(target.login)
  const sent = Buffer.concat([...login.map(framed), bytes, ...(ends ? [] : [framed(sentinel)])])
  const received: Buffer[] = []
  const { promise: done, resolve } = Promise.withResolvers<'closed' | 'answered' | 'patience'>()
  const timer = setTimeout(() => resolve('patience'), ends ? closeMsMax : patienceMs)
  socket.on('data', (piece: Buffer) => {
    received.push(piece)
    if (!ends && frames(Buffer.concat(received)).some(frame => correlationOf(frame) === sentinelId)) resolve('answered')
  })
  socket.on('error', () => resolve('closed'))
  socket.on('close', () => resolve('closed'))
  socket.on('end', () => resolve('closed'))
  socket.write(sent)
  const outcome = await done
  clearTimeout(timer)
  socket.destroy()
  const where = `${kind} on ${target.listener}${target.login ? ', authenticated' : ''}: ${bytes.toString('hex', 0, 2000)}`
  if (ends && outcome !== 'closed') throw new Breach(`the connection was not closed after ${where}`)
  const answers = frames(Buffer.concat(received))
  if (target.login !== undefined && outcome === 'answered' && !isLoggedIn(answers))
    throw new Breach(`no login before ${where}`)
  if (target.listener.startsWith('SASL_') && target.login === undefined && !target.isRaw)
    checkAnswers(sent, answers, where)
  return login.length + (outcome === 'answered' ? 1 : 0)
}

/** Before the client has shown who it is, the n-th answer is that to its n-th frame, and that was one of the allowed. */
function checkAnswers(sent: Buffer, answers: readonly Buffer[], where: string): void {
  const asked = frames(sent)
  let takesBareTokens = false
  for (const [index, answer] of answers.entries()) {
    const frame = asked[index]
    if (frame === undefined) throw new Breach(`an answer too many to ${where}`)
    if (takesBareTokens) continue
    if (frame.length < 8 || correlationOf(answer) !== frame.readInt32BE(4) || !openApis.includes(frame.readInt16BE(0)))
      throw new Breach(`answered ${answer.toString('hex', 0, 200)} to ${frame.toString('hex', 0, 200)} of ${where}`)
    takesBareTokens = frame.readInt16BE(0) === saslHandshake.key && frame.readInt16BE(2) === 0
  }
}

function open({ listener, port, isRaw }: Target): Promise<Socket> {
  const options = { host: '127.0.0.1', port }
  const isTls = listener.endsWith('SSL') && !isRaw
  const socket = isTls ? connectTls({ ...options, rejectUnauthorized: false }) : connectTcp(options)
  return new Promise((resolve, reject) => {
    socket.setTimeout(connectMsMax, () => socket.destroy(new Breach(`no connection to ${listener}`)))
    socket.once('error', reject)
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject)
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

const sentinel = requestFrame(apiVersions, 0, {}, sentinelId)
function loginFrames({ username, password }: NonNullable<Target['login']>): Buffer[] {
  const authBytes = Buffer.from(`\u0000${username}\u0000${password}`)
  return [
    requestFrame(saslHandshake, 1, { mechanism: 'PLAIN' }, 1),
    requestFrame(saslAuthenticate, 1, { authBytes }, 2),
  ]
}
function isLoggedIn([, answer]: readonly Buffer[]): boolean {
  return answer !== undefined && correlationOf(answer) === 2 && answer.readInt16BE(4) === 0
}

/** The whole frames of a stream, without their sizes. */
function frames(stream: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; stream.length - at >= 4;) {
    const size = stream.readInt32BE(at)
    if (size < 0 || size > stream.length - at - 4) break
    found.push(stream.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return found
}
const correlationOf = (frame: Buffer) => (frame.length < 4 ? undefined : frame.readInt32BE(0))
