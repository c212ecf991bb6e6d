// An adapter in another process (and mostly another language): requests and answers are one JSON object a line, keys and values
// in base64. Clients in TypeScript run this way too, since a member of a group must be one that can be killed.
//
//   → {"id":1,"method":"produce","params":{...}}      ← {"ready":true,"version":"1.2.3"}   once, first
//                                                      ← {"id":1,"result":...} or {"id":1,"error":{"message":"...","code":36}}
//                                                      ← {"event":"assigned","partitions":[0,1]}, "revoked", "record", "failed", "copied"

import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import {
  Refused,
  type Adapter,
  type JoinOptions,
  type Member,
  type Message,
  type OperationName,
  type Operations,
} from './operations.ts'

const startMsMax = 60_000
const stopMsMax = 3_000

export interface AgentOptions {
  readonly name: string
  readonly command: readonly [program: string, args: readonly string[]]
  readonly bootstrap: string
  /** Where what it prints besides is kept. */
  readonly directory: string
}

export interface AgentMessage {
  readonly ready?: boolean
  readonly version?: string
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string; readonly code?: number }
  readonly event?: 'assigned' | 'revoked' | 'record' | 'failed' | 'copied'
  readonly partitions?: readonly number[]
  readonly partition?: number
  readonly offset?: number
  readonly count?: number
  readonly message?: string
  readonly code?: number
}

export interface Agent {
  readonly version: string
  call(method: string, params: object): Promise<unknown>
  onEvent(listener: (event: AgentMessage) => void): void
  readonly stop: () => Promise<void>
  readonly kill: () => void
  /** Stops it in its tracks, until it is told to go on. */
  readonly freeze: () => void
  readonly thaw: () => void
  readonly hasEnded: () => boolean
}

export async function agentAdapter(options: AgentOptions): Promise<Adapter> {
  const agent = await startAgent(options)
  const operations = new Proxy({} as Operations, {
    get: (_, method: OperationName) => async (params: object) =>
      decode(method, await agent.call(method, encode(params))),
  })
  const join = (of: JoinOptions) => joinGroup(options, of)
  return { version: agent.version, operations, join, stop: agent.stop }
}

async function joinGroup(options: AgentOptions, of: JoinOptions): Promise<Member> {
  const agent = await startAgent(options)
  let assignment: readonly number[] | undefined
  let revocations = 0
  let failure: Error | undefined
  const read: string[] = []
  agent.onEvent(({ event, partitions, partition, offset, message = '', code }) => {
    if (partitions) assignment = partitions.toSorted((a, b) => a - b)
    if (event === 'revoked') revocations++
    if (event === 'record') read.push(`${partition}:${offset}`)
    if (event === 'failed') failure = new Refused(message, code)
  })
  await agent.call('join', of).catch((error: unknown) => {
    agent.kill()
    throw error
  })
  return {
    assignment: () => assignment,
    revocations: () => revocations,
    read: () => read,
    commit: async metadata => void (await agent.call('commit', { metadata: metadata ?? '' })),
    leave: async () => {
      await agent.call('leave', {})
      await agent.stop()
    },
    kill: agent.kill,
    failure: () => failure,
  }
}

export async function startAgent({ name, command, bootstrap, directory }: AgentOptions): Promise<Agent> {
  const [program, args] = command
  const child = spawn(program, [...args, bootstrap], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  })
  const log = createWriteStream(join(directory, `${name}.log`), { flags: 'a' })
  let said = ''
  const note = (text: string) => {
    if (!log.destroyed) log.write(text)
    said = (said + text).slice(-600)
  }
  child.stderr.on('data', (chunk: Buffer) => note(chunk.toString()))
  child.stdin.on('error', () => {})
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners: ((event: AgentMessage) => void)[] = []
  let ids = 0
  let ended = false

  const ready = new Promise<string>((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`${name} was not ready: ${said}`)), startMsMax)
    createInterface(child.stdout).on('line', line => {
      if (!line.startsWith('{')) return note(`${line}\n`)
      const message = JSON.parse(line) as AgentMessage
      if (message.ready) resolve(message.version ?? '')
      if (message.event) for (const listener of listeners) listener(message)
      const request = message.id === undefined ? undefined : waiting.get(message.id)
      if (request === undefined || message.id === undefined) return
      waiting.delete(message.id)
      if (message.error) request.reject(new Refused(message.error.message, message.error.code))
      else request.resolve(message.result)
    })
    const end = (why: string) => {
      ended = true
      const error = new Error(`the agent of ${name} ended (${why}): ${said}`)
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
      clearTimeout(tooLate)
      reject(error)
      log.end()
    }
    child.once('error', error => end(error.message))
    child.once('close', (code, signal) => end(String(signal ?? code)))
  })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  const kill = () => void child.kill('SIGKILL')
  return {
    version: await ready,
    call: (method, params) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error(`the agent of ${name} is gone: ${said}`))
        const id = ++ids
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ id, method, params })}\n`)
      }),
    onEvent: listener => void listeners.push(listener),
    async stop() {
      if (ended) return
      child.stdin.end()
      const force = setTimeout(kill, stopMsMax)
      await closed
      clearTimeout(force)
    },
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    hasEnded: () => ended,
  }
}

function encode(params: object): object {
  if (!('messages' in params)) return params
  const messages = (params.messages as readonly Message[]).map(({ key, value, headers = [], ...rest }) => ({
    key: key?.toString('base64') ?? null,
    value: value?.toString('base64') ?? null,
    headers: headers.map(([name, content]) => [name, content.toString('base64')]),
    ...rest,
  }))
  return { ...params, messages }
}

interface WireMessage {
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [string, string])[]
}

function decode(method: string, result: unknown): unknown {
  if (method !== 'consume') return result
  return (result as WireMessage[]).map(({ key, value, headers, ...rest }) => ({
    ...rest,
    key: key === null ? null : Buffer.from(key, 'base64'),
    value: value === null ? null : Buffer.from(value, 'base64'),
    headers: headers.map(([name, content]) => [name, Buffer.from(content, 'base64')] as const),
  }))
}
