// Syncs of one directory for many who ask at once: whoever comes while one is under way shares the next with the others.

import type { Files } from '../base/index.ts'

export class DirectorySync {
  readonly #files: Files
  readonly #path: string
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  constructor({ files, path }: { readonly files: Files; readonly path: string }) {
    this.#files = files
    this.#path = path
  }
  /** Resolves when what changed before the call is on the device. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start()
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    )
    return this.#next
  }
  #start(): Promise<void> {
    this.#next = undefined
    const running = this.#files.syncDirectoryAsync(this.#path).finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    return (this.#running = running)
  }
}
