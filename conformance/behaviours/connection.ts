// Section 3.1.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const connection: Section = {
  title: '3.1 Connection, framing, negotiation',
  behaviours: [
    ['The client id has a length of two bytes in every header, also where the rest is compact.',         { test: 'connection/socket-server > 3.1 Connection: the client id has two bytes*' }],
    ['Tagged fields follow the client id in header 2, and unknown ones are passed over.',                { test: 'connection/socket-server > 3.1 Connection: the client id has two bytes*a tag that nobody knows' }],
    ['ControlledShutdown, the one API with a header 0, is gone.',                                        { test: 'connection/bad-requests > 3.1 Connection: "\\u0000\\u0000\\u0000\\n\\u0000\\u0007*API_NOT_SERVED' }],
    ['Flexible APIs answer with header 1.',                                                              { test: 'connection/socket-server > *Metadata 9: header 2, answered with header 1' }],
    ['ApiVersions answers with header 0 in every version.',                                              { test: 'connection/socket-server > *ApiVersions 3: header 2, answered with header 0' }],
    ['An ApiVersions of an unknown version is answered in v0: UNSUPPORTED_VERSION, and the range of it.', { test: 'connection/socket-server > 3.1 Connection: an ApiVersions request from the future*' }],
    ['A version of another API that is not served closes the connection.',                               { test: 'connection/bad-requests > *VERSION_NOT_SERVED' }],
    ['A key that is not served closes the connection.',                                                  { test: 'connection/bad-requests > *API_NOT_SERVED' }],
    ['Features whose lowest version is 0 are left out for clients below ApiVersions v4.',                { test: 'broker/handlers/api-versions > 3.1 ApiVersions: features of a minimum of 0*' }],
    ['The epoch of the finalized features is never negative, or Java ignores them.',                     { test: 'broker/handlers/api-versions > *the epoch is one that Java reads' }],
    ['A name or version of client software that breaks the pattern is INVALID_REQUEST, from v3 on.',     { test: 'broker/handlers/api-versions > 3.1 ApiVersions: a software name that is none*' }],
    ['Produce is advertised from version 0, though 0 to 2 are refused.',                                 { test: ['broker/handlers/api-versions > 3.1 ApiVersions: Produce is advertised from version 0*', 'connection/bad-requests > *VERSION_NOT_SERVED'] }],
    ['An old librdkafka finds Produce 7 and Fetch 10 in the ranges, which it asks for before zstd.',     { test: 'broker/handlers/api-versions > 3.1 ApiVersions: librdkafka finds what it asks for*' }],
    ['All that librdkafka asks for before it uses batches v2 and groups is there.',                      { test: 'broker/handlers/api-versions > 3.1 ApiVersions: librdkafka finds what it asks for*' }],
    ['What promises more than is served is not advertised.',                                             { test: ['broker/handlers/api-versions > 3.1 ApiVersions: exactly what has a handler*', 'broker/handlers/api-versions > 3.1 ApiVersions: versions that promise more*'] }],
    ['Pipelined requests are answered in their order.',                                                  { test: 'connection/socket-server > 3.1 Connection: pipelined requests*' }],
    ['A parked Fetch keeps the later requests of its connection waiting.',                               { test: 'connection/socket-server > 3.1 Connection: a parked request keeps the later ones*' }],
    ['A produce request with acks=0 has no answer, and the next one does not wait for one.',             { test: ['connection/socket-server > 3.1 Connection: no answer goes to a produce request with acks=0*', 'broker/handlers/produce > 3.3 Produce: acks=0 gets no answer*'] }],
    ['A produce request with acks=0 that fails closes the connection.',                                  { test: 'broker/handlers/produce > 3.3 Produce: acks=0 that fails closes the connection' }],
    ['A frame larger than socket.request.max.bytes closes the connection before memory is taken.',       { test: ['connection/bad-requests > *REQUEST_TOO_LARGE', 'connection/frame-reader > after * bytes, a frame of * is refused once, and nothing is kept for it'] }],
    ['An HTTP request or a TLS handshake closes the connection.',                                        { test: ['connection/bad-requests > *HTTP_REQUEST', 'connection/bad-requests > *TLS_HANDSHAKE'] }],
    ['A connection that is silent for connections.max.idle.ms is closed.',                               { test: 'connection/server-limits > 3.1 Connection: a connection that is silent for connections.max.idle.ms*' }],
    ['Metadata tells the addresses that are advertised for the listener that was asked.',                { test: ['platform/start-platform > 3.1 Metadata: each listener tells its own advertised addresses', 'broker/handlers/api-versions > 3.1 Metadata: brokers stand under the address*'] }],
    ['FindCoordinator, Produce v10+ and Fetch v16+ tell those of the listener, too.',                    { test: 'platform/start-platform > 3.1 FindCoordinator, Produce, Fetch: each listener tells its own advertised addresses' }],
    ['localhost is served on both of its addresses.',                                                    { test: "base/tcp-sockets > 3.1 Connection: listening on 'localhost' serves*" }],
    ['A topic id stays while the topic is there, and a topic made anew has another, never zero.',        { test: ['broker/handlers/metadata > 3.1 Metadata: a topic made anew has another id', 'platform/start-platform > the cluster keeps its id and its topics over restarts'] }],
  ],
}
