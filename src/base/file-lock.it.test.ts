import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'

import { lockFile } from './file-lock.ts'

const directory = mkdtempSync(join(tmpdir(), 'millrace-lock-'))
after(() => rmSync(directory, { recursive: true }))

async function lockInChild(path: string): Promise<ChildProcess> {
  const program = `
    import { lockFile } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)}
    lockFile(${JSON.stringify(path)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

it('a lock is held against other processes, names its holder, and is free when that was killed', async () => {
  const path = join(directory, '.lock')
  const child = await lockInChild(path)
  assert.throws(() => lockFile(path), {
    code: 'LOCKED',
    message: `${path} is locked by process ${child.pid}`,
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockFile(path).release()
})
