// Certificates for one run, made by openssl: an authority, a broker, clients, and some that are of no use.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { prepare } from './missing.ts'

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
  /** Both in one file, as a broker wants to have them. */
  readonly both: string
}
export interface Certificates {
  readonly authority: string
  /** One that has issued nothing. */
  readonly otherAuthority: string
  readonly broker: CertificateFiles
  readonly expiredBroker: CertificateFiles
  readonly client: CertificateFiles
  readonly expiredClient: CertificateFiles
}

const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Throws Missing where there is no openssl. */
export function makeCertificates(directory: string): Certificates {
  prepare('openssl', ['version'])
  mkdirSync(directory, { recursive: true })
  const at = (name: string) => join(directory, name)
  const selfSigned = (name: string): string => {
    const subject = ['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE']
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
      '-days',
      '2',
      ...subject,
    )
    return at(`${name}.pem`)
  }
  const authority = selfSigned('authority')
  const issued = (name: string, { subject, isExpired = false }: { subject: string; isExpired?: boolean }) => {
    const files = { certificate: at(`${name}.pem`), key: at(`${name}.key`), both: at(`${name}-both.pem`) }
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
    openssl('req', ...newKey, '-keyout', files.key, '-out', at('request'), '-subj', subject)
    const validity = isExpired ? ['-not_before', '20200101000000Z', '-not_after', '20200201000000Z'] : ['-days', '2']
    const signing = ['-CA', authority, '-CAkey', at('authority.key'), '-CAcreateserial', '-extfile', at('names')]
    sign(['x509', '-req', '-in', at('request'), '-out', files.certificate, ...signing], validity, isExpired)
    writeFileSync(files.both, readFileSync(files.key, 'utf8') + readFileSync(files.certificate, 'utf8'))
    return files
  }
  return {
    authority,
    otherAuthority: selfSigned('other-authority'),
    broker: issued('broker', { subject: '/CN=broker' }),
    expiredBroker: issued('expired-broker', { subject: '/CN=broker', isExpired: true }),
    client: issued('client', { subject: '/O=Acme/CN=alice' }),
    expiredClient: issued('expired-client', { subject: '/O=Acme/CN=alice', isExpired: true }),
  }
}
/** Before OpenSSL 3.4 a certificate begins when it is made: one that has expired is made to end before it begins. */
function sign(command: readonly string[], validity: readonly string[], isExpired: boolean): void {
  try {
    openssl(...command, ...validity)
  } catch (error) {
    if (!isExpired) throw error
    openssl(...command, '-days', '-1')
  }
}
