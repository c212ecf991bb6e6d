// meta.properties: whose data directory this is. A directory of another node or cluster is not touched.

import { UserError, type Files } from '../base/index.ts'
import { uuidToBase64 } from './partition-metadata.ts'

export interface MetaProperties {
  readonly clusterId: string
  readonly nodeId: number
  readonly directoryId: string
}

export function readMetaProperties(files: Files, path: string): Partial<MetaProperties> | undefined {
  if (!files.exists(path)) return undefined
  const values = new Map<string, string>()
  for (const line of files.readFile(path).toString().split(/\r?\n/)) {
    const found = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line)
    // java.util.Properties escapes these where it writes them.
    if (found) values.set(found[1]!, found[2]!.replaceAll(/\\([=:#!\\])/g, '$1'))
  }
  const version = values.get('version') ?? '0'
  if (version !== '0' && version !== '1')
    throw new UserError(
      'WRONG_VERSION',
      `${path} has version ${version}, and versions 0 and 1 are known. A newer Kafka or Millrace has made it: start that, or take another directory.`,
    )
  const clusterId = values.get('cluster.id'),
    nodeId = values.get('node.id') ?? values.get('broker.id'),
    directoryId = values.get('directory.id')
  return {
    ...(clusterId !== undefined && { clusterId }),
    ...(nodeId !== undefined && { nodeId: Number(nodeId) }),
    ...(directoryId !== undefined && { directoryId: Buffer.from(directoryId, 'base64url').toString('hex') }),
  }
}
export function metaPropertiesText({ clusterId, nodeId, directoryId }: MetaProperties): string {
  const lines = ['#', 'version=1', `cluster.id=${clusterId}`, `node.id=${nodeId}`]
  return [...lines, `directory.id=${uuidToBase64(directoryId)}`, ''].join('\n')
}

/** What the directory says of itself agrees with who opens it, or is completed by it. */
export function agreeOnMetaProperties(
  found: Partial<MetaProperties> | undefined,
  expected: MetaProperties,
  directory: string,
): MetaProperties {
  if (found?.nodeId !== undefined && found.nodeId !== expected.nodeId)
    throw new UserError(
      'WRONG_NODE',
      `The data directory ${directory} belongs to node ${found.nodeId}, and this is node ${expected.nodeId}. Set node.id=${found.nodeId}, or take another directory.`,
    )
  if (found?.clusterId !== undefined && found.clusterId !== expected.clusterId)
    throw new UserError(
      'WRONG_CLUSTER',
      `The data directory ${directory} belongs to cluster ${found.clusterId}, and this is cluster ${expected.clusterId}. Take another directory.`,
    )
  return { ...expected, directoryId: found?.directoryId ?? expected.directoryId }
}
