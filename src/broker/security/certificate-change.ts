// Whether a certificate may take the place of another on a listener that is open (KIP-978): clients, and brokers among
// each other, know a broker by the names in its certificate.

import { X509Certificate } from 'node:crypto'

export interface AllowedChanges {
  /** ssl.allow.dn.changes */
  readonly distinguishedName: boolean
  /** ssl.allow.san.changes */
  readonly alternativeNames: boolean
}

/** Why not; undefined where it may. Chains are PEM, the broker's own certificate first. */
export function certificateChangeFault(before: string, after: string, allowed: AllowedChanges): string | undefined {
  const [old, next] = [namesIn(before), namesIn(after)]
  if (!allowed.distinguishedName && old.subject !== next.subject)
    return (
      `Keystore DistinguishedName does not match: existing=${old.subject}, new=${next.subject}; ` +
      'ssl.allow.dn.changes=true allows it'
    )
  const lost = old.alternativeNames.filter(name => !next.alternativeNames.includes(name))
  if (!allowed.alternativeNames && lost.length > 0)
    return (
      `Keystore SubjectAltNames do not match: the new certificate lacks ${lost.join(', ')}; ` +
      'ssl.allow.san.changes=true allows it'
    )
  return undefined
}

function namesIn(chain: string) {
  const { subject, subjectAltName = '' } = new X509Certificate(chain)
  return {
    subject: (subject ?? '').split('\n').toReversed().join(','),
    alternativeNames: subjectAltName.split(', ').filter(Boolean),
  }
}
