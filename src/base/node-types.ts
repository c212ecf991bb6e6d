// Node's own types, for faces that are another library's and name them.

export type { Socket as NodeSocket } from 'node:net'
export type { ConnectionOptions as NodeTlsOptions } from 'node:tls'
