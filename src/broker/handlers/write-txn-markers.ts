// WriteTxnMarkers: the coordinator of a transaction, or an administrator who ends one that hangs, has its end written into
// partitions that this broker leads.

import { errorCode, writeTxnMarkers } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const writeTxnMarkersHandler = handler(
  writeTxnMarkers,
  {
    versions: '1-2',
    authorization: {
      asks: ['ALTER CLUSTER', 'CLUSTER_ACTION CLUSTER'],
      refuse: ({ body, access }) =>
        access.allows('ALTER', 'CLUSTER', undefined, { quietly: true }) || access.allows('CLUSTER_ACTION', 'CLUSTER')
          ? undefined
          : {
              markers: body.markers.map(({ producerId, topics }) => ({
                producerId,
                topics: topics.map(({ name, partitionIndexes }) => ({
                  name,
                  partitions: partitionIndexes.map(partitionIndex => ({
                    partitionIndex,
                    errorCode: errorCode('CLUSTER_AUTHORIZATION_FAILED'),
                  })),
                })),
              })),
            },
    },
  },
  async ({ body, context }) => {
    const markers = body.markers.map(async ({ topics, transactionResult, ...marker }) => {
      const result = transactionResult ? ('commit' as const) : ('abort' as const)
      const written = topics.map(async ({ name: topic, partitionIndexes }) => ({
        name: topic,
        partitions: await Promise.all(
          partitionIndexes.map(async index => {
            const error = await context.transactionMarkers.writeHere({ ...marker, result }, { topic, index })
            return { partitionIndex: index, errorCode: errorCode(error) }
          }),
        ),
      }))
      return { producerId: marker.producerId, topics: await Promise.all(written) }
    })
    return { markers: await Promise.all(markers) }
  },
)
