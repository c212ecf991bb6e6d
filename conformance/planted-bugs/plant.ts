// Loaded before a program: plants the bug that PLANTED_BUG names into the source that the program loads.

import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { bugs } from './bugs.ts'

const name = process.env['PLANTED_BUG']
const bug = bugs.find(one => one.name === name)
assert(bug !== undefined, `no bug is called ${name}`)
const { file, text, by } = bug
const url = pathToFileURL(join(import.meta.dirname, '../..', file)).href

registerHooks({
  load(loaded, context, next) {
    const module = next(loaded, context)
    if (loaded !== url) return module
    const source = Buffer.from(module.source as Uint8Array).toString()
    assert.equal(source.split(text).length, 2, `stands once in ${file}: ${text}`)
    return { ...module, source: source.replace(text, () => by) }
  },
})
