// Every handler of the broker. What stands here is served and advertised.

import { HandlerTable } from '../handler-table.ts'
import { apiVersionsHandler } from './api-versions.ts'
import { metadataHandler } from './metadata.ts'

export const handlers = new HandlerTable([apiVersionsHandler, metadataHandler])
