// The way of a frame through the codecs: for each API and version that is served, how its request is read and its
// response written. Made when a version is first asked for.

import {
  type AnyApi,
  type AnyCodec,
  apis,
  apiVersions,
  codec,
  errorCode,
  requestHeader,
  requestHeaderVersion,
  responseHeader,
  responseHeaderVersion,
  saslAuthenticate,
  type Writer,
} from '../protocol/index.ts'
import type { VersionsServed } from './service.ts'

export interface Route {
  readonly api: AnyApi
  readonly apiVersion: number
  readonly requestHeader: AnyCodec
  readonly request: AnyCodec
  readonly responseHeader: AnyCodec
  readonly response: AnyCodec
}
/** Why there is none. An ApiVersions request is then still answered, so that its client can choose another version. */
export type NoRoute = 'API_NOT_SERVED' | 'VERSION_NOT_SERVED' | 'API_VERSIONS_NOT_SERVED'

export class Routes {
  readonly #served: (apiKey: number) => VersionsServed | undefined
  readonly #routes: Route[][] = []

  constructor(served: (apiKey: number) => VersionsServed | undefined) {
    this.#served = served
  }
  find(apiKey: number, version: number): Route | NoRoute {
    return this.#routes[apiKey]?.[version] ?? this.#make(apiKey, version)
  }
  /** Only what is served is kept: a peer that tries all numbers fills no table. */
  #make(apiKey: number, version: number): Route | NoRoute {
    const served = this.#served(apiKey),
      api = apis.get(apiKey)
    if (served === undefined || api === undefined) return 'API_NOT_SERVED'
    if (version < served.min || version > served.max)
      return api === apiVersions ? 'API_VERSIONS_NOT_SERVED' : 'VERSION_NOT_SERVED'
    const route = routeOf(api, version)
    ;(this.#routes[apiKey] ??= [])[version] = route
    return route
  }

  /**
   * KIP-511: an ApiVersions request of any version is answered in version 0, with the versions that it may have. Its
   * body is not read; its header is, as all future ones will be like the newest.
   */
  apiVersionsRefusal(version: number): { readonly route: Route; readonly answer: object } {
    const { min, max } = this.#served(apiVersions.key)!
    const route = routeOf(apiVersions, 0)
    return {
      route: version < 3 ? route : { ...route, requestHeader: codec(requestHeader, 2) },
      answer: {
        errorCode: errorCode('UNSUPPORTED_VERSION'),
        apiKeys: [{ apiKey: apiVersions.key, minVersion: min, maxVersion: max }],
      },
    }
  }
}

/** A frame that is nothing but a token, as after SaslHandshake version 0: handled as the request that carries one. */
export const bareTokenRoute: Route = routeOf(saslAuthenticate, 0)

function routeOf(api: AnyApi, apiVersion: number): Route {
  return {
    api,
    apiVersion,
    requestHeader: codec(requestHeader, requestHeaderVersion(api, apiVersion)),
    request: codec(api.request, apiVersion),
    responseHeader: codec(responseHeader, responseHeaderVersion(api, apiVersion)),
    response: codec(api.response, apiVersion),
  }
}

/** Writes a frame: its size, a header, a body. Takes it back if an encoder throws. */
export function writeFrame(
  writer: Writer,
  header: { readonly codec: AnyCodec; readonly value: object },
  body: { readonly codec: AnyCodec; readonly value: object },
): void {
  const { offset, chunkCount, sizeBytes } = writer
  try {
    writer.int32(0)
    header.codec.encode(writer, header.value)
    body.codec.encode(writer, body.value)
    const size = writer.sizeBytes - sizeBytes - 4
    writer.view.setInt32(offset, size)
  } catch (error) {
    writer.rewind(offset, chunkCount)
    throw error
  }
}
