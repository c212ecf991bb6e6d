// DescribeCluster (KIP-700): the brokers, for administrators.

import { aliveBrokers } from '../../metadata/index.ts'
import { describeCluster, errorCode } from '../../protocol/index.ts'
import { clusterOperations } from '../authorization/access.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

/** Kafka's EndpointType. */
const brokers = 1
const controllers = 2

export const describeClusterHandler = handler(
  describeCluster,
  {
    versions: '0-2',
    authorization: asksItself('DESCRIBE CLUSTER'),
    differs: ['controllerId is the broker that was asked: every broker passes on what needs the controller.'],
  },
  ({ body, version, request, context, access }) => {
    const { image } = context.metadata
    if (body.endpointType !== brokers) {
      const error = body.endpointType === controllers ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE'
      return {
        errorCode: errorCode(version === 0 ? 'INVALID_REQUEST' : error),
        errorMessage:
          body.endpointType === controllers
            ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'
            : `Unsupported endpoint type ${body.endpointType}`,
        clusterId: image.clusterId,
        brokers: [],
      }
    }
    const listed = body.includeFencedBrokers ? [...image.brokers.values()] : aliveBrokers(image)
    return {
      errorCode: errorCode('NONE'),
      endpointType: brokers,
      clusterId: image.clusterId,
      controllerId: context.nodeId,
      brokers: listed.flatMap(({ id: brokerId, rack, fenced: isFenced, endpoints }) => {
        const endpoint = endpoints.find(({ listener }) => listener === request.connection.listener)
        return endpoint === undefined ? [] : [{ brokerId, host: endpoint.host, port: endpoint.port, rack, isFenced }]
      }),
      clusterAuthorizedOperations: body.includeClusterAuthorizedOperations ? clusterOperations(access) : undefined,
    }
  },
)
