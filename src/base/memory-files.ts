// The Files port in memory: for tests, for brokers that keep nothing, and for simulated crashes. With `crashes` it models
// what a file system promises: a write is durable once its file was synced, a name once its directory was, and of what was
// not synced a crash keeps whatever it likes.

import { basename, dirname, resolve } from 'node:path'

import type { File, Files, SequentialFile } from './files.ts'
import type { Random } from './random.ts'

export type FileOperation = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory'

export interface MemoryFilesOptions {
  /** Remembers what is not synced, so that `crash` can drop it. Costs a copy of all that is written. */
  readonly crashes?: boolean
  readonly now?: () => number
}
export interface MemoryFiles extends Files {
  /**
   * The machine loses power: open files are gone, locks are free. What was not synced is dropped, or, with a Random, kept
   * in part: some writes, some torn, and in each directory the first few of its changes.
   */
  crash(random?: Random): void
  /** Asked before each operation; what it throws, the operation throws. */
  fail: ((operation: FileOperation, path: string) => void) | undefined
}

export function memoryFiles(options: MemoryFilesOptions = {}): MemoryFiles {
  return new TreeFiles(options)
}

const pageSize = 64 * 1024

/** The bytes of a file in pages: growth copies nothing. */
class Content {
  sizeBytes = 0
  readonly #pages: Buffer[] = []
  static of(bytes: Uint8Array): Content {
    const content = new Content()
    content.write(bytes, 0)
    return content
  }
  read(into: Uint8Array, at: number, length: number, position: number): number {
    const end = Math.min(position + length, this.sizeBytes)
    for (let from = position; from < end;) {
      const inPage = from % pageSize,
        size = Math.min(pageSize - inPage, end - from)
      this.#page(from).copy(into, at + from - position, inPage, inPage + size)
      from += size
    }
    return Math.max(end - position, 0)
  }
  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      const inPage = (position + done) % pageSize,
        size = Math.min(pageSize - inPage, bytes.length - done)
      this.#page(position + done).set(bytes.subarray(done, done + size), inPage)
      done += size
    }
    this.sizeBytes = Math.max(this.sizeBytes, position + bytes.length)
  }
  truncate(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      this.#pages.length = Math.min(this.#pages.length, Math.ceil(sizeBytes / pageSize))
      if (sizeBytes % pageSize > 0) this.#pages.at(-1)?.fill(0, sizeBytes % pageSize)
    }
    this.sizeBytes = sizeBytes
  }
  change(change: Change): void {
    if ('truncatedTo' in change) this.truncate(change.truncatedTo)
    else this.write(change.bytes, change.position)
  }
  bytes(): Buffer {
    const all = Buffer.alloc(this.sizeBytes)
    this.read(all, 0, all.length, 0)
    return all
  }
  #page(position: number): Buffer {
    const index = Math.floor(position / pageSize)
    return (this.#pages[index] ??= Buffer.alloc(pageSize))
  }
}

type Change = { readonly position: number; readonly bytes: Buffer } | { readonly truncatedTo: number }

class FileNode {
  content = new Content()
  modifiedMs = 0
  /** What is on the platter, and what was done to the file since. */
  durable = new Content()
  unsynced: Change[] = []
  synced(count: number): void {
    for (const change of this.unsynced.splice(0, count)) this.durable.change(change)
  }
  crash(random: Random | undefined): void {
    const kept = random ? this.unsynced.flatMap(change => survivor(change, random)) : []
    for (const change of kept) this.durable.change(change)
    this.unsynced = []
    this.content = Content.of(this.durable.bytes())
  }
}
function survivor(change: Change, random: Random): Change[] {
  if (random.chance(0.4)) return []
  if ('truncatedTo' in change || random.chance(0.7)) return [change]
  return [{ position: change.position, bytes: change.bytes.subarray(0, random.below(change.bytes.length + 1)) }]
}

type Entry = FileNode | DirectoryNode
type NameChange = { readonly name: string; readonly entry: Entry | undefined }

class DirectoryNode {
  entries = new Map<string, Entry>()
  durable = new Map<string, Entry>()
  unsynced: NameChange[][] = []
  /** One step: what belongs together (both names of a rename) survives together. */
  change(step: NameChange[], track: boolean): void {
    apply(this.entries, step)
    if (track) this.unsynced.push(step)
  }
  synced(count = this.unsynced.length): void {
    for (const step of this.unsynced.splice(0, count)) apply(this.durable, step)
  }
  crash(random: Random | undefined): void {
    const kept = random ? random.below(this.unsynced.length + 1) : 0
    for (const step of this.unsynced.slice(0, kept)) apply(this.durable, step)
    this.unsynced = []
    this.entries = new Map(this.durable)
    for (const entry of this.entries.values()) entry.crash(random)
  }
}
function apply(entries: Map<string, Entry>, step: readonly NameChange[]): void {
  for (const { name, entry } of step)
    if (entry) entries.set(name, entry)
    else entries.delete(name)
}

class TreeFiles implements MemoryFiles {
  fail: MemoryFiles['fail']
  readonly #tracks: boolean
  readonly #now: () => number
  readonly #root = new DirectoryNode()
  readonly #locks = new Set<string>()
  #life = 0
  constructor({ crashes = false, now = () => 0 }: MemoryFilesOptions) {
    this.#tracks = crashes
    this.#now = now
  }

  open(path: string, mode: 'r' | 'r+' | 'w+' | 'a+'): File {
    this.fail?.('open', path)
    let node = this.#find(path)
    if (node instanceof DirectoryNode) throw failure('EISDIR', path)
    if (node === undefined) {
      if (mode === 'r' || mode === 'r+') throw failure('ENOENT', path)
      node = new FileNode()
      node.modifiedMs = this.#now()
      this.#parent(path).change([{ name: basename(path), entry: node }], this.#tracks)
    }
    const file = this.#file(path, node)
    if (mode === 'w+') file.truncate(0)
    return file
  }
  #file(path: string, node: FileNode): File {
    const life = this.#life
    let open = true
    const use = (operation: FileOperation): void => {
      if (!open || life !== this.#life) throw failure('EBADF', path)
      this.fail?.(operation, path)
    }
    const record = (change: Change): void => {
      node.modifiedMs = this.#now()
      if (this.#tracks) node.unsynced.push(change)
    }
    const file: File = {
      path,
      read(buffer, at, length, position) {
        use('read')
        return node.content.read(buffer, at, length, position)
      },
      readAsync: async (buffer, at, length, position) => file.read(buffer, at, length, position),
      write: (buffer, at, length, position) => {
        use('write')
        const bytes = buffer.subarray(at, at + length)
        node.content.write(bytes, position)
        record({ position, bytes: this.#tracks ? Buffer.from(bytes) : noBytes })
      },
      writeMany(buffers, position) {
        for (const buffer of buffers) {
          file.write(buffer, 0, buffer.length, position)
          position += buffer.length
        }
      },
      writeAsync: async (buffer, at, length, position) => file.write(buffer, at, length, position),
      sync: async () => {
        use('sync')
        const count = node.unsynced.length
        await Promise.resolve()
        // A crash in between took what was to be synced.
        if (life !== this.#life) throw failure('EIO', path)
        node.synced(count)
      },
      truncate(sizeBytes) {
        use('truncate')
        node.content.truncate(sizeBytes)
        record({ truncatedTo: sizeBytes })
      },
      size: () => node.content.sizeBytes,
      close() {
        open = false
      },
    }
    return file
  }
  openSequential(path: string): SequentialFile {
    const file = this.open(path, 'r')
    return {
      read: (buffer, length, position) => file.read(buffer, 0, length, position),
      close: () => file.close(),
    }
  }
  exists(path: string): boolean {
    return this.#find(path) !== undefined
  }
  list(directory: string): string[] {
    return [...this.#directory(directory).entries.keys()].toSorted()
  }
  isDirectory(path: string): boolean {
    return this.#find(path) instanceof DirectoryNode
  }
  stat(path: string): { sizeBytes: number; modifiedMs: number } {
    const node = this.#find(path)
    if (!(node instanceof FileNode)) throw failure('ENOENT', path)
    return { sizeBytes: node.content.sizeBytes, modifiedMs: node.modifiedMs }
  }
  space(): { totalBytes: number; usableBytes: number } {
    return { totalBytes: 2 ** 40, usableBytes: 2 ** 40 }
  }
  makeDirectory(path: string): void {
    let node = this.#root
    for (const name of parts(path)) {
      let next = node.entries.get(name)
      if (next === undefined) node.change([{ name, entry: (next = new DirectoryNode()) }], this.#tracks)
      if (!(next instanceof DirectoryNode)) throw failure('ENOTDIR', path)
      node = next
    }
  }
  readFile(path: string): Buffer {
    this.fail?.('read', path)
    const node = this.#find(path)
    if (!(node instanceof FileNode)) throw failure('ENOENT', path)
    return node.content.bytes()
  }
  async readUncached(path: string, buffer: Uint8Array, length: number, position: number): Promise<number> {
    const file = this.open(path, 'r')
    try {
      return await file.readAsync(buffer, 0, length, position)
    } finally {
      file.close()
    }
  }
  async writeUncached(path: string, buffer: Uint8Array, length: number, position: number): Promise<void> {
    const file = this.open(path, 'r+')
    try {
      await file.writeAsync(buffer, 0, length, position)
    } finally {
      file.close()
    }
  }
  replaceFile(path: string, content: Uint8Array | string): void {
    this.fail?.('write', path)
    const node = new FileNode()
    node.content.write(Buffer.from(content), 0)
    node.modifiedMs = this.#now()
    if (this.#tracks) node.durable = Content.of(node.content.bytes())
    const directory = this.#parent(path)
    directory.change([{ name: basename(path), entry: node }], this.#tracks)
    directory.synced()
  }
  async replaceFileAsync(path: string, content: Uint8Array | string): Promise<void> {
    const life = this.#life
    await Promise.resolve()
    if (life !== this.#life) throw failure('EIO', path)
    this.replaceFile(path, content)
  }
  rename(from: string, to: string): void {
    this.fail?.('rename', from)
    const entry = this.#find(from)
    if (entry === undefined) throw failure('ENOENT', from)
    const source = this.#parent(from),
      target = this.#parent(to)
    const removal = { name: basename(from), entry: undefined },
      addition = { name: basename(to), entry }
    if (source === target) source.change([removal, addition], this.#tracks)
    else {
      target.change([addition], this.#tracks)
      source.change([removal], this.#tracks)
    }
  }
  link(from: string, to: string): void {
    const entry = this.#find(from)
    if (!(entry instanceof FileNode)) throw failure('ENOENT', from)
    if (this.#find(to) !== undefined) throw failure('EEXIST', to)
    this.#parent(to).change([{ name: basename(to), entry }], this.#tracks)
  }
  remove(path: string, { recursive = false } = {}): void {
    this.fail?.('remove', path)
    const node = this.#find(path)
    if (node === undefined) throw failure('ENOENT', path)
    if (node instanceof DirectoryNode && !recursive) throw failure('EISDIR', path)
    this.#parent(path).change([{ name: basename(path), entry: undefined }], this.#tracks)
  }
  async removeAsync(path: string): Promise<void> {
    if (this.exists(path)) this.remove(path, { recursive: true })
  }
  syncDirectory(path: string): void {
    this.fail?.('syncDirectory', path)
    this.#directory(path).synced()
  }
  async syncDirectoryAsync(path: string): Promise<void> {
    this.fail?.('syncDirectory', path)
    const directory = this.#directory(path),
      life = this.#life,
      count = directory.unsynced.length
    await Promise.resolve()
    if (life !== this.#life) throw failure('EIO', path)
    directory.synced(count)
  }
  lock(path: string): { release(): void } {
    const key = resolve(path),
      life = this.#life
    if (this.#locks.has(key)) throw Object.assign(new Error(`${path} is locked by this process`), { code: 'LOCKED' })
    this.#locks.add(key)
    return { release: () => void (life === this.#life && this.#locks.delete(key)) }
  }
  crash(random?: Random): void {
    if (!this.#tracks) throw new Error('memoryFiles was not made with { crashes: true }')
    this.#life++
    this.#locks.clear()
    this.#root.crash(random)
  }

  #find(path: string): Entry | undefined {
    let node: Entry | undefined = this.#root
    for (const name of parts(path)) {
      if (!(node instanceof DirectoryNode)) return undefined
      node = node.entries.get(name)
    }
    return node
  }
  #directory(path: string): DirectoryNode {
    const node = this.#find(path)
    if (!(node instanceof DirectoryNode)) throw failure(node ? 'ENOTDIR' : 'ENOENT', path)
    return node
  }
  #parent(path: string): DirectoryNode {
    return this.#directory(dirname(resolve(path)))
  }
}

const noBytes = Buffer.alloc(0)
const parts = (path: string): string[] => resolve(path).split(/[\\/]/).filter(Boolean)
const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code, path })
