// Which neighbouring segments become one when they are compacted: as many as make a segment of the usual size.

export interface CleanableSegment {
  readonly baseOffset: number
  readonly sizeBytes: number
  readonly offsetIndexBytes: number
  readonly timeIndexBytes: number
}
export interface GroupLimits {
  readonly segmentBytes: number
  readonly segmentIndexBytes: number
  /** Where the last of the segments ends. */
  readonly endOffset: number
}

/** Offsets in indexes count from the first of the segment, as int32. */
const relativeOffsetMax = 2 ** 31 - 1

export function groupsOf<S extends CleanableSegment>(segments: readonly S[], limits: GroupLimits): S[][] {
  const groups: S[][] = []
  let sums = { sizeBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0 }
  for (const [i, segment] of segments.entries()) {
    const group = groups.at(-1)
    const next = {
      sizeBytes: sums.sizeBytes + segment.sizeBytes,
      offsetIndexBytes: sums.offsetIndexBytes + segment.offsetIndexBytes,
      timeIndexBytes: sums.timeIndexBytes + segment.timeIndexBytes,
    }
    const lastOffset = (segments[i + 1]?.baseOffset ?? limits.endOffset) - 1
    const fits =
      group !== undefined &&
      next.sizeBytes <= limits.segmentBytes &&
      next.offsetIndexBytes <= limits.segmentIndexBytes &&
      next.timeIndexBytes <= limits.segmentIndexBytes &&
      lastOffset - group[0]!.baseOffset <= relativeOffsetMax
    if (fits) {
      group.push(segment)
      sums = next
    } else {
      groups.push([segment])
      const { sizeBytes, offsetIndexBytes, timeIndexBytes } = segment
      sums = { sizeBytes, offsetIndexBytes, timeIndexBytes }
    }
  }
  return groups
}
