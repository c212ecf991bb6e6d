// Requests to the HTTP server of a running `millrace up`.

import { UserError } from '../base/index.ts'

export const httpOptions = {
  http: { value: 'HOST:PORT', about: "where 'millrace up' said that its HTTP is (MILLRACE_HTTP, else localhost:8080)" },
} as const

/** The answer's JSON. A refusal, or nobody there, is a UserError. */
export async function askHttp(given: { readonly http?: string }, path: string, body?: object): Promise<unknown> {
  const address = given.http ?? process.env['MILLRACE_HTTP'] ?? 'localhost:8080'
  const base = address.startsWith('http://') || address.startsWith('https://') ? address : `http://${address}`
  let response: Response
  try {
    response = await fetch(
      new URL(path, base),
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    )
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    throw new UserError(
      'UNREACHABLE',
      `no Millrace answers at ${address} (${cause?.code ?? (error as Error).message}): 'millrace up' tells its HTTP address; give it with --http`,
    )
  }
  const text = await response.text()
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw new UserError('UNREACHABLE', `what answers at ${address} is no Millrace`)
  }
  if (!response.ok)
    throw new UserError('REFUSED', (answer as { readonly error?: string }).error ?? `HTTP ${response.status}`)
  return answer
}
