// Builds what is published into `dist`: JavaScript in few files, since Node takes longer to find and read many than to run
// them, and the declarations of what is exported. A command loads only its own part.

import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { rolldown, type OutputChunk } from 'rolldown'

const checkout = join(import.meta.dirname, '..')
const output = join(checkout, 'dist')
const { dependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  dependencies: { readonly [name: string]: string }
}
/** What `bin` and `exports` of package.json name. */
const entries = ['cli/main', 'platform/index', 'client/index', 'kafkajs/index', 'testing/index']
/** What they share, and threads; as deep below the package as a module in `src`, whose paths to it hold. */
const shared = 'lib'

rmSync(output, { recursive: true, force: true })
declare()
checkThreads(await bundle())

function declare(): void {
  const tsc = join(checkout, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: checkout,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the declarations do not compile')
}

async function bundle(): Promise<readonly OutputChunk[]> {
  const threads = globSync('src/**/*-thread.ts', { cwd: checkout })
  const input = Object.fromEntries([
    ...entries.map(entry => [entry, `src/${entry}.ts`]),
    ...threads.map(file => [`${shared}/${basename(file, '.ts')}`, file]),
  ])
  const bundle = await rolldown({
    cwd: checkout,
    input,
    platform: 'node',
    external: Object.keys(dependencies),
    transform: { target: 'es2024' },
  })
  const { output: written } = await bundle.write({ dir: output, format: 'esm', chunkFileNames: `${shared}/[name].js` })
  await bundle.close()
  return written.filter(each => each.type === 'chunk')
}

/** A thread's module is looked for beside the one that starts it. */
function checkThreads(chunks: readonly OutputChunk[]): void {
  for (const { code, fileName } of chunks)
    for (const [, name] of code.matchAll(/threadModule\("(\.\/[\w-]+)"/g))
      if (!existsSync(join(output, dirname(fileName), `${name}.js`)))
        throw new Error(`dist/${fileName} starts the thread ${name}, which is not beside it`)
}
