// partition.metadata: which topic, by its id, the log belongs to. A topic that is deleted and created again has another id.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'

export const partitionMetadataName = 'partition.metadata'
/** Of a log that does not say to which topic it belongs. */
export const noTopicId = '0'.repeat(32)

export function partitionMetadataText(topicId: string): string {
  return `version: 0\ntopic_id: ${uuidToBase64(topicId)}`
}
export function writePartitionMetadata(files: Files, directory: string, topicId: string): void {
  const bytes = Buffer.from(partitionMetadataText(topicId)),
    file = files.open(join(directory, partitionMetadataName), 'w+')
  file.write(bytes, 0, bytes.length, 0)
  file.close()
}
/** Undefined where the file is missing or was not fully written when the machine went down. */
export function readTopicId(files: Files, path: string): string | undefined {
  if (!files.exists(path)) return undefined
  const found = /^version: 0\ntopic_id: ([\w-]{22})$/m.exec(files.readFile(path).toString())
  return found ? Buffer.from(found[1]!, 'base64url').toString('hex') : undefined
}
/** Kafka prints ids as 22 characters of URL-safe base64; the protocol's kind `uuid` is 32 hex digits. */
export const uuidToBase64 = (id: string): string => Buffer.from(id, 'hex').toString('base64url')
