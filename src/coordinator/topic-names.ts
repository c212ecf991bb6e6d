// The topics of the cluster, as the coordinator of groups sees them: the newest image that the broker has.

export interface TopicNames {
  /** Grows with every change of them. */
  readonly version: number
  names(): Iterable<string>
  byName(name: string): { readonly topicId: string; readonly partitionCount: number } | undefined
  nameOf(topicId: string): string | undefined
}
