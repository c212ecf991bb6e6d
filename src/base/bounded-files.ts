// Files of which only so many are open at a time, however many there are handles for: one that was not used for long is
// closed, and opened again when it is used. A file that vanished meanwhile is missed only then.

import type { File, Files } from './files.ts'
import { Turns } from './turns.ts'

export interface BoundedFiles extends Files {
  readonly openCount: number
}

export function boundedFiles(files: Files, openMax: number): BoundedFiles {
  const handles = new OpenHandles(openMax)
  return {
    get openCount() {
      return handles.count
    },
    open: (path, mode) => new BoundedFile(files, handles, path, mode),
    openSequential: path => files.openSequential(path),
    exists: path => files.exists(path),
    list: directory => files.list(directory),
    isDirectory: path => files.isDirectory(path),
    stat: path => files.stat(path),
    readUncached: (path, buffer, length, position) => files.readUncached(path, buffer, length, position),
    writeUncached: (path, buffer, length, position) => files.writeUncached(path, buffer, length, position),
    space: path => files.space(path),
    makeDirectory: path => files.makeDirectory(path),
    readFile: path => files.readFile(path),
    replaceFile: (path, content) => files.replaceFile(path, content),
    replaceFileAsync: (path, content) => files.replaceFileAsync(path, content),
    rename: (from, to) => files.rename(from, to),
    link: (from, to) => files.link(from, to),
    remove: (path, options) => files.remove(path, options),
    removeAsync: path => files.removeAsync(path),
    syncDirectory: path => files.syncDirectory(path),
    syncDirectoryAsync: path => files.syncDirectoryAsync(path),
    lock: path => files.lock(path),
  }
}

/** In the order in which they were used last. */
class OpenHandles {
  readonly #max: number
  /** Of operations that keep a file open while they wait for the device. */
  readonly turns: Turns
  readonly #open = new Set<BoundedFile>()
  #newest: BoundedFile | undefined
  constructor(max: number) {
    this.#max = max
    this.turns = new Turns(Math.ceil(max / 2))
  }
  get count(): number {
    return this.#open.size
  }
  used(file: BoundedFile): void {
    if (file === this.#newest) return
    this.#newest = file
    this.#open.delete(file)
    this.#open.add(file)
  }
  remove(file: BoundedFile): void {
    if (file === this.#newest) this.#newest = undefined
    this.#open.delete(file)
  }
  /** For one more. */
  makeRoom(): void {
    if (this.#open.size < this.#max) return
    for (const file of this.#open) {
      if (!file.rest()) continue
      this.remove(file)
      if (this.#open.size < this.#max) return
    }
  }
}

class BoundedFile implements File {
  readonly path: string
  readonly #files: Files
  readonly #handles: OpenHandles
  readonly #mode: 'r' | 'r+'
  #file: File | undefined
  #isClosed = false
  /** Operations in flight: a descriptor that is closed under them may be another file's already. */
  #inFlight = 0
  constructor(files: Files, handles: OpenHandles, path: string, mode: 'r' | 'r+' | 'w+' | 'a+') {
    this.path = path
    this.#files = files
    this.#handles = handles
    this.#mode = mode === 'r' ? 'r' : 'r+'
    this.#open(mode)
  }
  get #opened(): File {
    if (this.#file === undefined) return this.#open(this.#mode)
    this.#handles.used(this)
    return this.#file
  }
  #open(mode: 'r' | 'r+' | 'w+' | 'a+'): File {
    if (this.#isClosed) throw Object.assign(new Error(`EBADF: ${this.path} is closed`), { code: 'EBADF' })
    this.#handles.makeRoom()
    this.#file = this.#files.open(this.path, mode)
    this.#handles.used(this)
    return this.#file
  }
  /** Closes it until it is used again. Gives whether that can be now. */
  rest(): boolean {
    if (this.#inFlight > 0) return false
    this.#file?.close()
    this.#file = undefined
    return true
  }
  #during<T>(operation: (file: File) => Promise<T>): Promise<T> {
    return this.#handles.turns.run(async () => {
      const file = this.#opened
      this.#inFlight++
      try {
        return await operation(file)
      } finally {
        this.#inFlight--
        if (this.#isClosed) this.#closeNow()
      }
    })
  }
  #closeNow(): void {
    if (this.#inFlight > 0) return
    this.#handles.remove(this)
    this.#file?.close()
    this.#file = undefined
  }

  read(buffer: Uint8Array, at: number, length: number, position: number): number {
    return this.#opened.read(buffer, at, length, position)
  }
  readAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<number> {
    return this.#during(file => file.readAsync(buffer, at, length, position))
  }
  write(buffer: Uint8Array, at: number, length: number, position: number): void {
    this.#opened.write(buffer, at, length, position)
  }
  writeMany(buffers: readonly Uint8Array[], position: number): void {
    this.#opened.writeMany(buffers, position)
  }
  writeAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<void> {
    return this.#during(file => file.writeAsync(buffer, at, length, position))
  }
  sync(): Promise<void> {
    return this.#during(file => file.sync())
  }
  truncate(sizeBytes: number): void {
    this.#opened.truncate(sizeBytes)
  }
  size(): number {
    return this.#opened.size()
  }
  /** What is in flight comes to its end first. */
  close(): void {
    this.#isClosed = true
    this.#closeNow()
  }
}
