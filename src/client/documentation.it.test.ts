// What the documentation shows is run: each block of docs/client.md as a program of its own, on one broker.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { startBroker, type TestBroker } from '../testing/index.ts'

const root = new URL('../../', import.meta.url)
let broker: TestBroker
let work: string
before(async () => {
  broker = await startBroker()
  work = mkdtempSync(join(tmpdir(), 'documentation-'))
})
after(async () => {
  rmSync(work, { recursive: true, force: true })
  await broker.stop()
})

for (const [i, block] of blocksOf('docs/client.md').entries())
  test(`documentation: block ${i + 1} of the client's page runs`, async () => {
    const program = join(work, `block-${i}.mts`)
    writeFileSync(program, onThisMachine(block))
    const node = spawn(process.execPath, [program], { timeout: 60_000 })
    let said = ''
    for (const stream of [node.stdout, node.stderr]) stream.on('data', text => (said += String(text)))
    const [code] = (await once(node, 'close')) as [number | null]
    assert.equal(code, 0, said)
  })

function blocksOf(page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8')
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block]) => block!)
}
/** From source, on this broker. */
function onThisMachine(block: string): string {
  return block
    .replaceAll(
      /from 'millrace\/(\w+)'/g,
      (_, module: string) => `from '${new URL(`src/${module}/index.ts`, root).href}'`,
    )
    .replaceAll('localhost:9092', broker.bootstrap)
}
