import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { suite, test } from 'node:test'

import { createAuthority } from '../testing/index.ts'
import type { Listener, Receiver, Socket } from './sockets.ts'
import { tcpSockets } from './tcp-sockets.ts'
import { checkTls, TlsError, type TlsClientSettings, type TlsServerSettings } from './tls.ts'

const authority = createAuthority()
const server = authority.issue({ commonName: 'broker', hosts: ['localhost', '127.0.0.1'] })
const trusting: TlsClientSettings = { trusted: [authority.certificate] }
const sockets = tcpSockets()

/** What one end has received, until it is closed. */
function received(socket: Socket): Promise<{ text: string; error: Error | undefined }> {
  return new Promise(resolve => {
    const buffer = Buffer.alloc(1024)
    let text = ''
    socket.receive({
      buffer: () => buffer,
      received: size => void (text += buffer.toString('utf8', 0, size)),
      closed: error => resolve({ text, error }),
    } satisfies Receiver)
  })
}
/** A listener that sends each who comes a greeting, with the name that the client has shown. */
async function greeting(
  settings: Partial<TlsServerSettings>,
  run: (listener: Listener, failures: Error[]) => Promise<void>,
): Promise<void> {
  const failures: Error[] = []
  const listener = await sockets.listen(
    {
      host: '127.0.0.1',
      port: 0,
      tls: { ...server, clientAuth: 'none', ...settings },
      handshakeFailed: error => failures.push(error),
    },
    socket => {
      void received(socket)
      socket.write([Buffer.from('hello '), Buffer.from(socket.peerCertificate === undefined ? 'nobody' : 'somebody')])
      socket.end()
    },
  )
  try {
    await run(listener, failures)
  } finally {
    await listener.close()
  }
}
const connect = (port: number, tls: TlsClientSettings, host = '127.0.0.1') =>
  sockets.connect({ host, port, tls, timeoutMs: 5_000 })
const greeted = async (port: number, tls: TlsClientSettings = trusting) => received(await connect(port, tls))

suite('TLS', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    test(`${version}: what is sent arrives, in both forms of the address`, () =>
      greeting({ versions: [version] }, async ({ port }) => {
        assert.equal((await greeted(port)).text, 'hello nobody')
        assert.equal((await received(await connect(port, trusting, 'localhost'))).text, 'hello nobody')
      }))

  // oxfmt-ignore
  const refused: [what: string, server: Partial<TlsServerSettings>, client: TlsClientSettings, reason: RegExp][] = [
    ['a certificate of an authority that is not known', {},                                                                      {},                                          /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO/],
    ['a certificate of another host',                   authority.issue({ commonName: 'broker', hosts: ['example.com'] }),       trusting,                                    /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['a certificate of another name than is asked for', {},                                                                      { ...trusting, serverName: 'example.com' },  /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['a certificate that has expired',                  authority.issue({ commonName: 'broker', hosts: ['127.0.0.1'], validToMs: 0 }), trusting,                              /CERT_HAS_EXPIRED/],
    ['a version that the other has not',                { versions: ['TLSv1.3'] },                                               { ...trusting, versions: ['TLSv1.2'] },      /ERR_SSL_/],
  ]
  for (const [what, settings, client, reason] of refused)
    test(`a client refuses ${what}, with the reason`, () =>
      greeting(settings, async ({ port }) => {
        const error = await connect(port, client).then(
          () => assert.fail('it is connected'),
          (error: unknown) => error,
        )
        assert(error instanceof TlsError, String(error))
        assert.match(error.reason, reason)
      }))
  test('a client that does not check hosts takes any certificate of the authority', () =>
    greeting(authority.issue({ commonName: 'broker', hosts: ['example.com'] }), async ({ port }) =>
      assert.equal((await greeted(port, { ...trusting, verifiesHost: false })).text, 'hello nobody'),
    ))

  const stranger = createAuthority('another').issue({ commonName: 'mallory' })
  // oxfmt-ignore
  const clients: [what: string, clientAuth: 'requested' | 'required', client: TlsClientSettings, expected: string | RegExp][] = [
    ['that shows a good certificate',   'required',  authority.issue({ commonName: 'alice' }),               'hello somebody'],
    ['that shows a good certificate',   'requested', authority.issue({ commonName: 'alice' }),               'hello somebody'],
    ['that shows none',                 'required',  {},                                                     /NO_CERTIFICATE/],
    ['that shows none',                 'requested', {},                                                     'hello nobody'],
    ['of an authority that is unknown', 'required',  stranger,                                               /SELF_SIGNED|UNABLE_TO/],
    ['of an authority that is unknown', 'requested', stranger,                                               /SELF_SIGNED|UNABLE_TO/],
    ['with an expired certificate',     'required',  authority.issue({ commonName: 'alice', validToMs: 0 }), /CERT_HAS_EXPIRED/],
  ]
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    for (const [what, clientAuth, client, expected] of clients)
      test(`${version}, certificates ${clientAuth}: a client ${what} is ${typeof expected === 'string' ? 'served' : 'told that TLS failed'}`, () =>
        greeting({ versions: [version], clientAuth, trusted: [authority.certificate] }, async ({ port }, failures) => {
          const { text, error } = await greeted(port, { ...trusting, ...client })
          if (typeof expected === 'string') return assert.equal(text, expected)
          assert.equal(text, '')
          assert(error instanceof TlsError, String(error))
          assert.match((failures[0] as TlsError).reason, expected)
        }))

  test('a certificate is renewed while the listener stands', () =>
    greeting({}, async listener => {
      const next = createAuthority('next')
      const renewed = next.issue({ commonName: 'broker', hosts: ['127.0.0.1'] })
      listener.renewTls!({ ...renewed, clientAuth: 'none' })
      assert.equal((await greeted(listener.port, { trusted: [next.certificate] })).text, 'hello nobody')
      await assert.rejects(greeted(listener.port), { code: 'TLS_FAILED' })
    }))
  test('a peer that speaks no TLS is sent away, and told of to the listener', () =>
    greeting({}, async ({ port }, failures) => {
      const socket = connectSocket({ port, host: '127.0.0.1' })
      socket.end('GET / HTTP/1.1\r\n\r\n')
      await new Promise(resolve => socket.resume().once('close', resolve))
      assert.equal(failures.length, 1)
    }))
  test('where nobody speaks TLS, the end of the stream is no fault of the certificates', async () => {
    const plain = await sockets.listen({ host: '127.0.0.1', port: 0 }, socket => socket.destroy())
    await assert.rejects(connect(plain.port, trusting), { code: 'ECONNRESET' })
    await plain.close()
  })
  test('a key that is not the certificate’s is found before anybody connects', () => {
    const { privateKey } = authority.issue({ commonName: 'other' })
    assert.throws(() => checkTls({ ...server, privateKey }), { code: 'TLS_FAILED', message: /key values mismatch/ })
    assert.throws(() => checkTls({ ...server, certificateChain: 'no PEM' }), { code: 'TLS_FAILED' })
    checkTls(server)
  })
})
