import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { silentLogger } from '../base/index.ts'
import { HttpError, startHttpServer, type HttpServer } from './index.ts'

let server: HttpServer
before(async () => {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    routes: [
      { method: 'GET', path: '/text', answer: () => ({ body: 'hello\n' }) },
      {
        method: 'GET',
        path: '/things/:name',
        answer: ({ parameters, query }) => ({ body: { ...parameters, a: query.get('a') } }),
      },
      { method: 'POST', path: '/things', answer: ({ body }) => ({ status: 201, body }) },
      {
        method: 'GET',
        path: '/refused',
        answer: () => {
          throw new HttpError(409, 'not now')
        },
      },
      {
        method: 'GET',
        path: '/broken',
        answer: () => {
          throw new Error('a secret')
        },
      },
    ],
  })
})
after(() => server.close())

const ask = async (path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
  return [response.status, await response.text()] as const
}
const json = { 'content-type': 'application/json' }

// oxfmt-ignore
const answers = [
  ['/text',            undefined,                                             200, 'hello\n'],
  ['/things/a%2Fb?a=1', undefined,                                            200, '{"name":"a/b","a":"1"}\n'],
  ['/things',          { method: 'POST', headers: json, body: '{"x":1}' },    201, '{"x":1}\n'],
  ['/things',          { method: 'POST', headers: json, body: '{' },          400, /no JSON/],
  ['/things',          { method: 'POST', body: '{}' },                        415, /application\/json/],
  ['/text',            { method: 'POST', headers: json, body: '{}' },         405, /POST is not for \/text/],
  ['/nothing',         undefined,                                             404, /there is no \/nothing/],
  ['/refused',         undefined,                                             409, /not now/],
  ['/broken',          undefined,                                             500, '{"error":"internal error"}\n'],
] as const
for (const [path, init, status, body] of answers)
  test(`${init?.method ?? 'GET'} ${path} is answered ${status}`, async () => {
    const [got, text] = await ask(path, init)
    assert.equal(got, status)
    if (typeof body === 'string') assert.equal(text, body)
    else assert.match(text, body)
  })
