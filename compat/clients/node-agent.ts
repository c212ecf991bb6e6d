// The frame of an agent in TypeScript: requests from standard input, one at a time or several at once, answers to standard output.

import { createInterface } from 'node:readline'

import type { Message } from '../suite/operations.ts'

type Method = (params: never) => Promise<unknown>

interface Request {
  readonly id: number
  readonly method: string
  readonly params: object
}

/** `codeOf` finds the protocol's error code in an error of the library. */
export function serve(
  version: string,
  methods: Readonly<Record<string, Method>>,
  codeOf: (error: unknown) => number | undefined,
): void {
  const input = createInterface(process.stdin)
  input.on('line', line => {
    const { id, method, params } = JSON.parse(line) as Request
    const action = methods[method]
    const answer = action ? action(params as never) : Promise.reject(new Error(`no method ${method}`))
    answer.then(
      result => say({ id, result: result ?? null }),
      (error: unknown) => say({ id, error: { message: describe(error), code: codeOf(error) } }),
    )
  })
  input.on('close', () => process.exit(0))
  say({ ready: true, version })
}

/** Tells the suite something that it did not ask for. */
export function tell(event: 'assigned' | 'revoked' | 'record' | 'failed' | 'copied', rest: object = {}): void {
  say({ event, ...rest })
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(describe).join('; ') : ''
  const cause = error.cause === undefined ? '' : describe(error.cause)
  return [error.message || error.name, inner, cause].filter(Boolean).join(': ')
}

/** Messages as they come over the pipe, with keys and values in base64. */
export interface PipedMessage {
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [string, string])[]
  readonly timestampMs?: number
  readonly partition?: number
}

export function unpack({ key, value, headers, ...rest }: PipedMessage): Message {
  return {
    key: buffer(key),
    value: buffer(value),
    headers: headers.map(([name, content]) => [name, buffer(content)!]),
    ...rest,
  }
}
function buffer(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64')
}

/** A token of OAuth that nobody has signed, good for five minutes. */
export function unsignedToken(user: string): string {
  const now = Math.floor(Date.now() / 1000)
  const parts = [{ alg: 'none' }, { sub: user, iat: now, exp: now + 300 }]
  return `${parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}

export const pack = (content: Buffer | null | undefined): string | null => content?.toString('base64') ?? null
