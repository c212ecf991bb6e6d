// Who clients are: TLS, SASL and both, by each mechanism; and what a client says that is not believed, or does not believe.
// The words are looked for that come from the broker, so that both brokers must say the same.

import { define, type Case, type CaseContext } from '../suite/case.ts'
import type { SaslMechanism, SecuredConnection } from '../suite/operations.ts'
import { user, type Security } from '../suite/security.ts'

const mechanisms: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']

type Connection = Omit<SecuredConnection, 'topic' | 'value'>
type How = (security: Security) => Connection

const believing = ({ certificates }: Security) => ({ authority: certificates.authority })
const withTls = ({ certificates }: Security, own?: 'client' | 'expiredClient') => ({
  ...believing({ certificates } as Security),
  ...(own && { certificate: certificates[own].certificate, key: certificates[own].key }),
})

async function roundTrip({ client, security, topic }: CaseContext, how: How): Promise<void> {
  const value = 'who goes there'
  const read = await client.secured({ ...how(security!), topic: await topic(), value })
  if (read !== value) throw new Error(`read '${read}'`)
}
async function isRefused({ client, security, topic }: CaseContext, how: How, expected: RegExp): Promise<void> {
  const of = { ...how(security!), topic: await topic(), value: 'never' }
  const said = await client.secured(of).then(
    () => undefined,
    (error: unknown) => String((error as Error).message),
  )
  if (said === undefined) throw new Error('it was served')
  if (!expected.test(said)) throw new Error(`expected ${expected}, but: ${said}`)
}
const serves = (name: string, how: How, needs: Case['needs'] = []) =>
  define(`security: ${name}`, ['secured', ...needs], context => roundTrip(context, how))
const refuses = (name: string, how: How, expected: RegExp) =>
  define(`security: ${name}`, ['secured', 'reasons'], context => isRefused(context, how, expected))

const sasl = (mechanism: SaslMechanism, password: string = user.password, username: string = user.username) => ({
  sasl: { mechanism, username, password },
})
const needsOf = (mechanism: SaslMechanism): Case['needs'] =>
  mechanism === 'OAUTHBEARER' ? ['tokens'] : mechanism === 'PLAIN' ? [] : ['scram']

/** As a broker's certificate, or a client's, is refused; each library has its words, and most of them OpenSSL's or Java's. */
const failsTls = /ssl|tls|certificate|handshake/i
const passwordRefused = /Authentication failed: Invalid username or password/
const scramRefused = (mechanism: string) => new RegExp(`invalid credentials with SASL mechanism ${mechanism}`)

export const securityCases: readonly Case[] = [
  serves('SSL', security => ({ bootstrap: security.addresses.SSL, tls: withTls(security) })),
  serves('SSL with a certificate of the client', security => ({
    bootstrap: security.addresses.CLIENT_CERTIFICATE,
    tls: withTls(security, 'client'),
  })),
  ...mechanisms.flatMap(mechanism => [
    serves(
      `SASL_PLAINTEXT by ${mechanism}`,
      ({ addresses }) => ({ bootstrap: addresses.SASL_PLAINTEXT, ...sasl(mechanism) }),
      needsOf(mechanism),
    ),
    serves(
      `SASL_SSL by ${mechanism}`,
      security => ({ bootstrap: security.addresses.SASL_SSL, tls: withTls(security), ...sasl(mechanism) }),
      needsOf(mechanism),
    ),
  ]),
  refuses(
    'a wrong password of PLAIN',
    ({ addresses }) => ({ bootstrap: addresses.SASL_PLAINTEXT, ...sasl('PLAIN', 'wrong') }),
    passwordRefused,
  ),
  refuses(
    'a user whom PLAIN does not know',
    ({ addresses }) => ({ bootstrap: addresses.SASL_PLAINTEXT, ...sasl('PLAIN', user.password, 'mallory') }),
    passwordRefused,
  ),
  refuses(
    'a wrong password of SCRAM',
    security => ({
      bootstrap: security.addresses.SASL_SSL,
      tls: withTls(security),
      ...sasl('SCRAM-SHA-512', 'wrong'),
    }),
    scramRefused('SCRAM-SHA-512'),
  ),
  refuses(
    'a user whom SCRAM does not know',
    ({ addresses }) => ({
      bootstrap: addresses.SASL_PLAINTEXT,
      ...sasl('SCRAM-SHA-256', user.password, 'mallory'),
    }),
    scramRefused('SCRAM-SHA-256'),
  ),
  refuses(
    'a mechanism that is not enabled',
    ({ addresses }) => ({ bootstrap: addresses.ONLY_PLAIN, ...sasl('SCRAM-SHA-512') }),
    /UNSUPPORTED_SASL_MECHANISM|Unsupported ?Sasl ?Mechanism|mechanism .*not (enabled|supported)|does not support the requested SASL mechanism|not supported by the server/i,
  ),
  refuses(
    'a client whose certificate has expired',
    security => ({
      bootstrap: security.addresses.CLIENT_CERTIFICATE,
      tls: withTls(security, 'expiredClient'),
    }),
    failsTls,
  ),
  refuses(
    'a client without the certificate that is asked for',
    security => ({ bootstrap: security.addresses.CLIENT_CERTIFICATE, tls: withTls(security) }),
    failsTls,
  ),
  refuses(
    'a broker whose certificate has expired',
    security => ({ bootstrap: security.addresses.EXPIRED, tls: withTls(security) }),
    failsTls,
  ),
  refuses(
    'a broker whose authority is not believed',
    security => ({
      bootstrap: security.addresses.SSL,
      tls: { authority: security.certificates.otherAuthority },
    }),
    failsTls,
  ),
]
