// An exclusive lock on a file that the kernel drops when its process dies, however it dies.
//
// Node has no flock, but the SQLite inside it locks database files by fcntl, as Java's FileChannel does: an empty database
// in an open exclusive transaction is such a lock, and Apache Kafka's lock on the same file and ours exclude each other.
// POSIX drops a process's locks on a file when the process closes any descriptor of it, so nothing here may ever open the
// locked file by itself: the holder's pid stands in a file beside it.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

export function lockFile(path: string): { release(): void } {
  const holder = `${path}.pid`
  // Loaded when used: Node 22 warns on loading that the module is experimental.
  const sqlite = process.getBuiltinModule('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new sqlite.DatabaseSync(path, { timeout: 0 })
    // The journal in memory: a second file would stay behind.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error
    throw Object.assign(new Error(`${path} is locked by ${describeHolder(holder)}`), { code: 'LOCKED' })
  }
  writeFileSync(holder, `${process.pid}\n`)
  return {
    release() {
      rmSync(holder, { force: true })
      database.close()
    },
  }
}
const sqliteBusy = 5

function describeHolder(path: string): string {
  try {
    return `process ${readFileSync(path, 'utf8').trim()}`
  } catch {
    return 'another process'
  }
}
