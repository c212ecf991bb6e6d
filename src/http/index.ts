// http: what our HTTP servers share.

export {
  HttpError,
  startHttpServer,
  type HttpAnswer,
  type HttpRequest,
  type HttpRoute,
  type HttpServer,
} from './server.ts'
