// What a request needs, declared beside its handler: either the whole of it stands under one condition, which is looked at
// before the handler is called, or the handler asks about each of the things that a request names.

import type { AclOperation, AclResourceType, ClusterImage } from '../../metadata/index.ts'
import type { ErrorName } from '../../protocol/index.ts'
import type { Answer, Call } from '../handler.ts'

export type Ask = `${AclOperation} ${AclResourceType}`

export interface Authorization<A> {
  /** All that may be asked. */
  readonly asks: readonly Ask[]
  /** The answer to whoever may not ask this at all; undefined: the handler goes on. */
  readonly refuse: ((call: Call<A>) => Answer<A> | undefined) | undefined
}

/** Nothing is needed: who may come this far may do it. */
export function anybody<A>(): Authorization<A> {
  return { asks: [], refuse: undefined }
}
/** The handler asks about what the request names, as it goes through it. */
export function asksItself<A>(...asks: readonly Ask[]): Authorization<A> {
  return { asks, refuse: undefined }
}
/** The whole request is about the cluster. */
export function needsCluster<A>(
  operation: AclOperation,
  refused: (call: Call<A>, error: ErrorName) => Answer<A>,
): Authorization<A> {
  return {
    asks: [`${operation} CLUSTER`],
    refuse: call =>
      call.access.allows(operation, 'CLUSTER') ? undefined : refused(call, 'CLUSTER_AUTHORIZATION_FAILED'),
  }
}
/** The whole request is about one group. */
export function needsGroup<A>(
  operation: AclOperation,
  refused: (call: Call<A>, error: ErrorName) => Answer<A>,
): Authorization<A> {
  return {
    asks: [`${operation} GROUP`],
    refuse: call => {
      const { groupId } = call.body as unknown as { readonly groupId: string } // what every request of a group's member has
      return call.access.allows(operation, 'GROUP', groupId) ? undefined : refused(call, 'GROUP_AUTHORIZATION_FAILED')
    },
  }
}

/** The entries of a request that may be acted on, and the rest. */
export function partition<T>(
  entries: readonly T[],
  isAllowed: (entry: T) => boolean,
): readonly [allowed: T[], refused: T[]] {
  const allowed: T[] = [],
    refused: T[] = []
  for (const entry of entries) (isAllowed(entry) ? allowed : refused).push(entry)
  return [allowed, refused]
}

/** A topic as requests of different versions name it. */
export interface NamedTopic {
  readonly name?: string | undefined
  readonly topicId?: string | undefined
}
/** The name to ask about; undefined: an id that nobody knows, of which there is nothing to hide. */
export function topicOf(image: ClusterImage, { name = '', topicId }: NamedTopic): string | undefined {
  return name !== '' || topicId === undefined ? name : image.topicNames.get(topicId)
}
