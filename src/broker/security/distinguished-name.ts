// The subject of a certificate as text (RFC 2253), as Java writes it: the last part first, and what has no keyword there as
// an object id with its DER in hex. ACLs and mapping rules name users by this text, so that it must be the same.

import { X509Certificate } from 'node:crypto'

import { derTags, objectIdOf, readDer, within, type DerValue } from '../../base/index.ts'

/** Those that RFC 2253 has. Java writes no others in this form. */
// oxfmt-ignore
const keywords: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN', '2.5.4.6': 'C', '2.5.4.7': 'L', '2.5.4.8': 'ST', '2.5.4.9': 'STREET', '2.5.4.10': 'O', '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC', '0.9.2342.19200300.100.1.1': 'UID',
}

/** `CN=alice,OU=Clients,O=Acme` of a certificate (DER). */
export function subjectOf(certificate: Buffer): string {
  const { raw } = new X509Certificate(certificate)
  const [signed] = within(readDer(raw)[0], derTags.sequence)
  const fields = within(signed, derTags.sequence)
  // The version, which may be missing, goes before serial, algorithm, issuer, validity and subject.
  const subject = fields[fields[0]!.tag === versionTag ? 5 : 4]
  return within(subject, derTags.sequence)
    .map(part => within(part, derTags.set).map(attributeOf).join('+'))
    .toReversed()
    .join(',')
}
const versionTag = 0xa0

function attributeOf(attribute: DerValue): string {
  const [type, value] = within(attribute, derTags.sequence)
  const id = objectIdOf(type!),
    keyword = keywords[id],
    text = textOf(value!)
  return keyword === undefined || text === undefined
    ? `${keyword ?? id}=#${value!.bytes.toString('hex')}`
    : `${keyword}=${escaped(text)}`
}
function textOf({ tag, content }: DerValue): string | undefined {
  switch (tag) {
    case derTags.utf8String:
      return content.toString('utf8')
    case derTags.printableString:
    case derTags.ia5String:
    case derTags.teletexString:
      return content.toString('latin1')
    case derTags.bmpString:
      return Buffer.from(content).swap16().toString('utf16le')
    default:
      return undefined
  }
}
function escaped(text: string): string {
  return text
    .replaceAll(/[,=+<>#;"\\]/g, (sign, at: number) => (sign === '=' || (sign === '#' && at > 0) ? sign : `\\${sign}`))
    .replace(/^ +| +$/g, spaces => spaces.replaceAll(' ', '\\ '))
}
