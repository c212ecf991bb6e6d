// The version in package.json, which lies two folders up both from the source and from what is published.

import { readFileSync } from 'node:fs'

export function packageVersion(): string {
  const content = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(content) as { version: string }).version
}
