// Where the coordinator of a group is: the partition of the internal topic that holds what it writes.

/** Java's String.hashCode: over UTF-16 units, in 32 bits. */
function javaHashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash
}

/** As Kafka does it: the one hash without a positive counterpart counts as 0. */
export function partitionFor(id: string, partitionCount: number): number {
  const hash = javaHashCode(id)
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitionCount
}
