// Builds one executable file of the package and the Node that runs this: `node toolchain/executable/build.mjs OUTPUT`.
// What npm installs for this machine's platform goes in as assets, the native modules included. Node's own part is
// node:sea; postject, which npx fetches, puts the assets into a copy of Node.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const [given] = process.argv.slice(2)
if (given === undefined) {
  console.error('usage: node toolchain/executable/build.mjs OUTPUT')
  process.exit(2)
}
const output = resolve(given)
const checkout = join(import.meta.dirname, '../..')
const postject = 'postject@1.0.0-alpha.6'
/** By which postject finds the place in Node that says whether there are assets. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const work = mkdtempSync(join(tmpdir(), 'millrace-executable-'))
const run = (program, args, cwd = work) =>
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
try {
  const packed = run('npm', ['pack', '--silent', '--pack-destination', work], checkout).trim().split('\n').at(-1)
  writeFileSync(join(work, 'package.json'), '{ "private": true }')
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', `./${packed}`])
  writeFileSync(join(work, 'start.cjs'), "import('./node_modules/millrace/dist/cli/main.js')\n")
  const files = globSync('node_modules/**/*.{js,mjs,cjs,json,node,wasm}', { cwd: work }).toSorted()
  const assets = Object.fromEntries(['start.cjs', ...files].map(file => [file, join(work, file)]))
  const build = createHash('sha256')
  for (const [name, path] of Object.entries(assets)) build.update(name).update(readFileSync(path))
  writeFileSync(join(work, 'build'), build.digest('hex'))
  writeFileSync(
    join(work, 'sea.json'),
    JSON.stringify({
      main: join(import.meta.dirname, 'main.cjs'),
      output: join(work, 'assets.blob'),
      disableExperimentalSEAWarning: true,
      assets: { ...assets, build: join(work, 'build') },
    }),
  )
  run(process.execPath, ['--experimental-sea-config', 'sea.json'])
  rmSync(output, { force: true })
  copyFileSync(process.execPath, output)
  chmodSync(output, 0o755)
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : []
  run('npx', [
    '--yes',
    postject,
    output,
    'NODE_SEA_BLOB',
    join(work, 'assets.blob'),
    '--sentinel-fuse',
    fuse,
    ...segment,
  ])
  console.log(`${output}: ${files.length} files`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
