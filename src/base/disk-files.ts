// The Files port on a real file system.

import {
  accessSync,
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  write,
  writeSync,
  writevSync,
} from 'node:fs'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

import { lockFile } from './file-lock.ts'
import type { File, Files } from './files.ts'
import { SequentialDiskFile } from './sequential-file.ts'
import { isRefused, openUncached } from './uncached.ts'

const datasync = promisify(fdatasync)
const readInto = promisify(read)
const writeFrom = promisify(write)

class DiskFile implements File {
  readonly path: string
  readonly #descriptor: number
  constructor(path: string, mode: 'r' | 'r+' | 'w+' | 'a+') {
    this.path = path
    // Linux writes at the end of a file that was opened with 'a', whatever the position says.
    this.#descriptor = mode === 'a+' ? openOrCreate(path) : openSync(path, mode)
  }
  read(buffer: Uint8Array, at: number, length: number, position: number): number {
    let done = 0
    while (done < length) {
      const size = readSync(this.#descriptor, buffer, at + done, length - done, position + done)
      if (size === 0) break
      done += size
    }
    return done
  }
  async readAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<number> {
    let done = 0
    while (done < length) {
      const { bytesRead } = await readInto(this.#descriptor, buffer, at + done, length - done, position + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }
  write(buffer: Uint8Array, at: number, length: number, position: number): void {
    for (let done = 0; done < length;)
      done += writeSync(this.#descriptor, buffer, at + done, length - done, position + done)
  }
  writeMany(buffers: readonly Uint8Array[], position: number): void {
    for (let first = 0; first < buffers.length; first += writevMax) {
      const some = buffers.slice(first, first + writevMax)
      let done = writevSync(this.#descriptor, some, position)
      for (const buffer of some) {
        const rest = Math.max(buffer.length - done, 0)
        this.write(buffer, buffer.length - rest, rest, position + buffer.length - rest)
        done -= buffer.length - rest
        position += buffer.length
      }
    }
  }
  async writeAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<void> {
    for (let done = 0; done < length;) {
      const { bytesWritten } = await writeFrom(this.#descriptor, buffer, at + done, length - done, position + done)
      done += bytesWritten
    }
  }
  sync(): Promise<void> {
    return datasync(this.#descriptor)
  }
  truncate(sizeBytes: number): void {
    ftruncateSync(this.#descriptor, sizeBytes)
  }
  size(): number {
    return fstatSync(this.#descriptor).size
  }
  close(): void {
    closeSync(this.#descriptor)
  }
}
/** IOV_MAX of Linux and macOS. */
const writevMax = 1024

function openOrCreate(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if (!isMissing(error)) throw error
    try {
      return openSync(path, 'wx+')
    } catch (again) {
      if ((again as NodeJS.ErrnoException).code === 'EEXIST') return openSync(path, 'r+')
      throw again
    }
  }
}
/** Gives how many bytes: none where the file system knows no such writes, fewer where there is no room for all. */
async function writePastCache(path: string, buffer: Uint8Array, length: number, position: number): Promise<number> {
  const file = await openUncached(path, constants.O_WRONLY)
  if (file === undefined) return 0
  try {
    return (await file.write(buffer, 0, length, position).catch(isRefused))?.bytesWritten ?? 0
  } finally {
    await file.close()
  }
}
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

export const diskFiles: Files = {
  open: (path, mode) => new DiskFile(path, mode),
  openSequential: path => new SequentialDiskFile(path),
  exists(path) {
    try {
      accessSync(path)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  },
  list: directory => readdirSync(directory).toSorted(),
  isDirectory: path => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  stat(path) {
    const { size, mtimeMs } = statSync(path)
    return { sizeBytes: size, modifiedMs: mtimeMs }
  },
  async readUncached(path, buffer, length, position) {
    const file = (await openUncached(path, constants.O_RDONLY)) ?? (await open(path, 'r'))
    try {
      const { bytesRead } = await file.read(buffer, 0, length, position)
      return bytesRead
    } finally {
      await file.close()
    }
  },
  async writeUncached(path, buffer, length, position) {
    let done = await writePastCache(path, buffer, length, position)
    if (done === length) return
    const file = await open(path, 'r+')
    try {
      while (done < length) done += (await file.write(buffer, done, length - done, position + done)).bytesWritten
      // What lies in the cache is to stay little, since a sync of much holds up everybody's writes.
      await file.datasync()
    } finally {
      await file.close()
    }
  },
  space(path) {
    const { bsize, blocks, bavail } = statfsSync(path)
    return { totalBytes: bsize * blocks, usableBytes: bsize * bavail }
  },
  makeDirectory: path => void mkdirSync(path, { recursive: true }),
  readFile: path => readFileSync(path),
  replaceFile(path, content) {
    const temporary = `${path}.tmp`
    const descriptor = openSync(temporary, 'w')
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
    this.syncDirectory(dirname(path))
  },
  async replaceFileAsync(path, content) {
    const temporary = `${path}.tmp`
    await writeFile(temporary, content, { flush: true })
    await rename(temporary, path)
    await this.syncDirectoryAsync(dirname(path))
  },
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  remove: (path, options) => rmSync(path, { recursive: options?.recursive ?? false }),
  removeAsync: path => rm(path, { recursive: true, force: true }),
  syncDirectory(path) {
    // Windows opens no directory, and needs no such sync.
    if (process.platform === 'win32') return
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  },
  async syncDirectoryAsync(path) {
    if (process.platform === 'win32') return
    const directory = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
  lock: path => lockFile(path),
}
