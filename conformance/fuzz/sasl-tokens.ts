// Tokens of SASL as nobody should send them: each exchange is the tokens of one connection, in order.

import type { Random } from '../../src/base/index.ts'

export interface Exchange {
  readonly mechanism: string
  readonly tokens: readonly Buffer[]
}
/** Below sasl.server.max.receive.size with what stands around it. */
const tokenSizeMax = 500_000

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const bearer = (token: string, rest = '') => `n,,\u0001auth=Bearer ${token}\u0001${rest}\u0001`

/** `user` is one that the broker knows; the password is never the right one. */
export function malformedExchange(random: Random, user: string): Exchange {
  const name = random.pick([user, 'nobody', '', '=2C', '=', '=3D=3', 'é\u0000', 'x'.repeat(random.below(tokenSizeMax))])
  const noise = () => random.bytes(random.below(200))
  const nonce = random.pick(['abc', '', 'a,b', '\u0000', 'n'.repeat(10_000), 'r=r'])
  const number = random.pick(['4096', '-1', '0', '2147483648', '99999999999999999999', '1e9', 'x'])
  const proof = random.pick(['', 'AAAA', random.bytes(32).toString('base64'), '='.repeat(100_000)])
  const time = random.pick([0, -1, 1e300, 4e9, '4000000000', null, {}])
  // oxfmt-ignore
  const kinds: readonly (() => Exchange)[] = [
    () => plain([Buffer.from(`\u0000${name}\u0000wrong`)]),
    () => plain([Buffer.from(random.pick(['', '\u0000', '\u0000\u0000', `${name}\u0000${user}\u0000wrong`, '\u0000'.repeat(tokenSizeMax), `\u0000${user}\u0000${'p'.repeat(tokenSizeMax)}`]))]),
    () => scram([`n,,n=${name},r=${nonce}`, `c=biws,r=${nonce},p=${proof}`]),
    () => scram([`${random.pick(['y', 'p=tls-unique', '', 'n'])},${random.pick(['', `a=${name}`])},n=${name},r=${nonce},i=${number}`]),
    () => scram([`n,,m=ext,n=${user},r=${nonce}`, '']),
    () => scram([`n,,n=${user},r=abc,i=${number},s=${proof}`, `c=biws,r=abc,i=${number},p=${proof}`, `c=biws,r=abc,p=${proof}`]),
    () => scram([`n,,n=${user},r=abc${',x=1'.repeat(random.below(100_000))}`, `c=,r=,p=`]),
    () => oauth(`${part({ alg: random.pick(['none', 'HS256', 'RS256', 7, null]) })}.${part({ sub: name, exp: time, iat: time })}.${random.pick(['', 'AAAA'])}`),
    () => oauth(`${Buffer.from('['.repeat(random.below(tokenSizeMax / 2))).toString('base64url')}.${part({})}.`),
    () => oauth(`${part({ alg: 'none' })}.${part({ sub: 'x'.repeat(random.below(300_000)), exp: 1 })}.`),
    () => oauth(random.pick(['', '.', '..', '...', 'a.b.c', '.'.repeat(tokenSizeMax)])),
    () => ({ mechanism: 'OAUTHBEARER', tokens: [Buffer.from(bearer('a.b.c', 'k=v\u0001'.repeat(random.below(50_000)))), Buffer.from('\u0001')] }),
    () => ({ mechanism: random.pick(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']), tokens: [noise(), noise(), noise()] }),
    () => ({ mechanism: random.pick(['GSSAPI', '', 'plain', 'PLAIN\u0000', 'x'.repeat(30_000)]), tokens: [noise()] }),
  ]
  return random.pick(kinds)()

  function plain(tokens: readonly Buffer[]): Exchange {
    return { mechanism: 'PLAIN', tokens }
  }
  function scram(messages: readonly string[]): Exchange {
    return {
      mechanism: random.pick(['SCRAM-SHA-256', 'SCRAM-SHA-512']),
      tokens: messages.map(text => Buffer.from(text)),
    }
  }
  function oauth(token: string): Exchange {
    return { mechanism: 'OAUTHBEARER', tokens: [Buffer.from(bearer(token)), Buffer.from('\u0001')] }
  }
}
