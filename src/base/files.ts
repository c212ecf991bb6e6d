// The port to the file system. All that Millrace keeps on disk goes through it, so that tests can inject faults and
// crashes. Sync calls are for the append and read paths, whose data mostly lies in the page cache; what waits for the
// device (sync) is asynchronous.

export interface File {
  readonly path: string
  /** Reads up to `length` bytes at `position` into `buffer` at `at`; gives how many, fewer only at the end of file. */
  read(buffer: Uint8Array, at: number, length: number, position: number): number
  readAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<number>
  /** Writes all of it (short writes are continued), or throws. */
  write(buffer: Uint8Array, at: number, length: number, position: number): void
  /** Writes the buffers one behind the other, all of them, or throws. */
  writeMany(buffers: readonly Uint8Array[], position: number): void
  writeAsync(buffer: Uint8Array, at: number, length: number, position: number): Promise<void>
  /** fdatasync: what was written before the call survives a crash of the machine once this resolves. */
  sync(): Promise<void>
  truncate(sizeBytes: number): void
  size(): number
  close(): void
}

/** For who reads from one end to the other: from the kernel's cache, or past it where the bytes are not in it. */
export interface SequentialFile {
  /**
   * Reads up to `length` bytes at `position`; gives how many, fewer only at the end of file. Past the cache only where they
   * and the buffer are as for `Files.readUncached`.
   */
  read(buffer: Uint8Array, length: number, position: number): number
  close(): void
}

export interface Files {
  /** 'r' must exist; 'r+' must exist; 'w+' creates or empties; 'a+' opens or creates for reading and positioned writes. */
  open(path: string, mode: 'r' | 'r+' | 'w+' | 'a+'): File
  /** It must exist. */
  openSequential(path: string): SequentialFile
  exists(path: string): boolean
  /** Names of the entries of a directory, sorted. */
  list(directory: string): string[]
  isDirectory(path: string): boolean
  /** Of a file; `modifiedMs` is when its content was last changed, in milliseconds since 1970. */
  stat(path: string): { readonly sizeBytes: number; readonly modifiedMs: number }
  /**
   * Reads from the device, past the kernel's cache, and leaves nothing in it: for large reads of what is not there, at a
   * fraction of the CPU. Buffer (pageAlignedBuffers), length and position are multiples of 4096; gives how many bytes were
   * read, fewer only at the end of file. Where the file system knows no such reads they are ordinary ones.
   */
  readUncached(path: string, buffer: Uint8Array, length: number, position: number): Promise<number>
  /**
   * Writes to the device, past the kernel's cache, all of it, or throws: at a fraction of the CPU, and without the megabytes
   * that a sync would find, for whose journal entries everybody else's writes wait. The file is there; buffer, length and
   * position are as for `readUncached`. Only a sync makes it survive a crash. Where the file system knows no such writes they
   * are ordinary ones, synced one by one.
   */
  writeUncached(path: string, buffer: Uint8Array, length: number, position: number): Promise<void>
  /** Of the device that holds the path. */
  space(path: string): { readonly totalBytes: number; readonly usableBytes: number }
  makeDirectory(path: string): void
  readFile(path: string): Buffer
  /** Replaces a small file so that a crash leaves the old or the new one whole: temporary file, sync, rename, sync of the directory. */
  replaceFile(path: string, content: Uint8Array | string): void
  /** The same, without waiting for the device. One at a time for a path. */
  replaceFileAsync(path: string, content: Uint8Array | string): Promise<void>
  rename(from: string, to: string): void
  link(from: string, to: string): void
  remove(path: string, options?: { recursive?: boolean }): void
  /** The same, recursively, without waiting for the device: a large file takes its time. What is not there is no fault. */
  removeAsync(path: string): Promise<void>
  syncDirectory(path: string): void
  /** The same, without waiting for the device: what changed before the call survives a crash once this resolves. */
  syncDirectoryAsync(path: string): Promise<void>
  /**
   * Takes an exclusive lock on a file, held until released or until the process dies (kill -9 included).
   * Throws an error with code 'LOCKED' and the holder's pid in its message where it is known. The file stays where it is.
   */
  lock(path: string): { release(): void }
}
