// What the single executable runs: its assets are the package as npm installs it. They are laid out once for each build, in
// the user's cache, since native modules and threads need files; from then on it starts as the package does.

const { createHash } = require('node:crypto')
const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { homedir } = require('node:os')
const { dirname, join } = require('node:path')
const { getAsset, getAssetKeys, getRawAsset } = require('node:sea')

const cache =
  process.env.MILLRACE_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? process.env.LOCALAPPDATA ?? join(homedir(), '.cache'), 'millrace')
const build = createHash('sha256').update(getAsset('build', 'utf8')).digest('hex').slice(0, 16)
const directory = join(cache, build)
if (!existsSync(directory)) {
  // Two that start at once each lay out their own, and one is kept.
  const unfinished = `${directory}.${process.pid}`
  for (const name of getAssetKeys()) {
    const path = join(unfinished, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, new Uint8Array(getRawAsset(name)))
  }
  try {
    renameSync(unfinished, directory)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(directory)) throw error
  }
}
createRequire(join(directory, 'start.cjs'))('./start.cjs')
