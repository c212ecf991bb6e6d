// A small HTTP server: routes with parameters, JSON or text answers, errors as JSON. On Node's own, since a handful of
// routes needs no more.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { systemClock, type Logger } from '../base/index.ts'

export interface HttpRequest {
  /** What stands in the place of ':name' in the route's path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Which types of content the client takes; '' where it does not say. */
  readonly accept: string
  /** The body of a POST, parsed; undefined where there was none. */
  readonly body: unknown
}
/** A string is text, strings that come one after the other are a long one; anything else goes out as JSON. */
export type HttpAnswer = { readonly status?: number; readonly contentType?: string; readonly body: unknown }
export interface HttpRoute {
  readonly method: 'GET' | 'POST'
  /** '/why/:kind/:name' */
  readonly path: string
  answer(request: HttpRequest): HttpAnswer | Promise<HttpAnswer>
}
export interface HttpServer {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

/** What a route throws for a request that cannot be served. */
export class HttpError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const textType = 'text/plain; charset=utf-8'
const bodyBytesMax = 1024 * 1024

/** Rejects with the system's error (EADDRINUSE) where it cannot listen. Port 0 picks a free one. */
export function startHttpServer(options: {
  readonly host: string
  readonly port: number
  readonly routes: readonly HttpRoute[]
  readonly logger: Logger
}): Promise<HttpServer> {
  const { host, port, routes, logger } = options
  const compiled = routes.map(route => ({ ...route, parts: route.path.split('/') }))
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.destroyed) return // the client has gone
      if (!(error instanceof HttpError))
        logger.error('HTTP request failed', { path: request.url ?? '', error: String(error) })
      // What has begun cannot become an error any more: the client sees it break off.
      if (response.headersSent) return void response.destroy()
      const status = error instanceof HttpError ? error.status : 500
      respond(response, { status, body: { error: error instanceof HttpError ? error.message : 'internal error' } })
    })
  })
  // An observer must not keep the process from ending.
  server.unref()

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
    const found = compiled
      .map(route => ({ route, parameters: match(route.parts, pathname.split('/')) }))
      .filter(({ parameters }) => parameters !== undefined)
    const chosen = found.find(({ route }) => route.method === (request.method === 'HEAD' ? 'GET' : request.method))
    if (chosen === undefined)
      throw found.length > 0
        ? new HttpError(405, `${request.method} is not for ${pathname}`)
        : new HttpError(404, `there is no ${pathname}. There is: ${routes.map(({ path }) => path).join(', ')}`)
    const body = request.method === 'POST' ? await bodyOf(request) : undefined
    const { accept = '' } = request.headers
    const answer = await chosen.route.answer({ parameters: chosen.parameters!, query: searchParams, accept, body })
    if (isPieces(answer.body)) await respondInPieces(response, answer, answer.body, request.method === 'HEAD')
    else respond(response, answer)
  }

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const { address, port } = server.address() as { readonly address: string; readonly port: number }
      resolve({
        host: address,
        port,
        close: () =>
          new Promise(closed => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}

function match(route: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (route.length !== path.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [i, part] of route.entries()) {
    if (part.startsWith(':')) {
      try {
        parameters[part.slice(1)] = decodeURIComponent(path[i]!)
      } catch {
        return undefined
      }
    } else if (part !== path[i]) return undefined
  }
  return parameters
}

/** A page of another site can send a form here, but no JSON: that would need our leave. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new HttpError(415, 'expected a body of content type application/json')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyBytesMax) throw new HttpError(413, `the body is larger than ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw new HttpError(400, `the body is no JSON: ${(error as Error).message}`)
  }
}

type Pieces = Iterable<string>
const isPieces = (body: unknown): body is Pieces =>
  typeof body === 'object' && body !== null && Symbol.iterator in body && !Array.isArray(body)

/** A piece a turn of the loop, and no faster than the client reads: others are served in between. */
async function respondInPieces(
  response: ServerResponse,
  { status = 200, contentType = textType }: HttpAnswer,
  pieces: Pieces,
  isHead: boolean,
): Promise<void> {
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' })
  if (isHead) response.end()
  else await pipeline(Readable.from(inTurns(pieces)), response)
}
async function* inTurns(pieces: Pieces): AsyncGenerator<string> {
  for (const piece of pieces) {
    yield piece
    await new Promise<void>(resolve => systemClock.soon(resolve))
  }
}
function respond(response: ServerResponse, { status = 200, contentType, body }: HttpAnswer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, {
    'content-type': contentType ?? (isText ? textType : 'application/json'),
    'x-content-type-options': 'nosniff',
  })
  response.end(isText ? body : `${JSON.stringify(body)}\n`)
}
