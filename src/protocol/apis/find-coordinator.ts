// FindCoordinator: which broker coordinates a group or a transaction. Version 4 asks for many (KIP-699).
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const findCoordinator = api(
  10,
  'FindCoordinator',
  { versions: '0-6', flexible: '3+' },
  {
    request: {
      key: string.in('0-3'),
      /** 0 group, 1 transaction, 2 share group. */
      keyType: int8.in('1+'),
      /** Group ids, transactional ids, or 'group:topicId:partition'. */
      coordinatorKeys: array(string).in('4+'),
    },
    response: {
      throttleTimeMs: int32.in('1+').ignorable(),
      errorCode: int16.in('0-3'),
      errorMessage: string.in('1-3').nullable().ignorable(),
      nodeId: int32.in('0-3'),
      host: string.in('0-3'),
      port: int32.in('0-3'),
      coordinators: array({
        key: string,
        nodeId: int32,
        host: string,
        port: int32,
        errorCode: int16,
        errorMessage: string.nullable().ignorable(),
      }).in('4+'),
    },
  },
)
