// kcat with TLS and SASL: the settings of librdkafka on its command line.

import { execute } from '../../suite/command.ts'
import { Refused, type Operations, type SecuredConnection } from '../../suite/operations.ts'

const waitMs = 20_000

export const securityMethods: Pick<Operations, 'secured'> = {
  async secured({ bootstrap, tls, sasl, topic, value }) {
    const settings = Object.entries({ ...protocolOf(tls, sasl), 'message.timeout.ms': '6000' }).flatMap(
      ([name, setting]) => ['-X', `${name}=${setting}`],
    )
    const kcat = async (args: readonly string[], input = '') => {
      const said = await execute(['kcat', ['-b', bootstrap, ...settings, ...args, '-t', topic]], { input, waitMs })
      if (said.code === 0) return String(said.stdout)
      throw new Refused(`kcat ${args[0]}: ${said.stderr.trim()}`)
    }
    await kcat(['-P'], value)
    return (await kcat(['-C', '-p', '0', '-o', 'beginning', '-c', '1', '-q'])).trim()
  },
}

function protocolOf(tls: SecuredConnection['tls'], sasl: SecuredConnection['sasl']): Record<string, string> {
  return {
    'security.protocol': `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`,
    ...(tls && { 'ssl.ca.location': tls.authority }),
    ...(tls?.certificate && tls.key
      ? { 'ssl.certificate.location': tls.certificate, 'ssl.key.location': tls.key }
      : {}),
    ...(sasl && { 'sasl.mechanism': sasl.mechanism }),
    ...(sasl?.mechanism === 'OAUTHBEARER'
      ? { 'enable.sasl.oauthbearer.unsecure.jwt': 'true', 'sasl.oauthbearer.config': `principal=${sasl.username}` }
      : sasl && { 'sasl.username': sasl.username, 'sasl.password': sasl.password }),
  }
}
