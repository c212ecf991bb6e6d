import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { silentLogger } from '../base/index.ts'
import { HttpError, startHttpServer, type HttpServer } from './index.ts'

let server: HttpServer
function* pieces(): Iterable<string> {
  for (let i = 0; i < 1000; i++) yield `${i} `.padEnd(1000)
}
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
      { method: 'GET', path: '/long', answer: () => ({ contentType: 'text/x-long', body: pieces() }) },
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

test('a long text goes out piece by piece, whole, and others are served meanwhile', async () => {
  const long = await fetch(`http://127.0.0.1:${server.port}/long`)
  assert.equal(long.headers.get('content-type'), 'text/x-long')
  assert.equal((await ask('/text'))[1], 'hello\n')
  assert.equal(await long.text(), [...pieces()].join(''))
})

test('a client that goes in the midst of a long text harms nobody', async () => {
  const leaving = new AbortController()
  const long = await fetch(`http://127.0.0.1:${server.port}/long`, { signal: leaving.signal })
  leaving.abort()
  await assert.rejects(long.text())
  assert.equal((await ask('/text'))[1], 'hello\n')
})

test('HEAD of a long text is its head', async () => {
  const head = await fetch(`http://127.0.0.1:${server.port}/long`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-type'), 'text/x-long')
  assert.equal(await head.text(), '')
})
