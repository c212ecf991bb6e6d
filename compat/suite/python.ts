// Python with the packages of a requirements file: a virtual environment, made once.

import { join } from 'node:path'

import { cached } from './cache.ts'
import { prepare } from './missing.ts'

/** The interpreter. Throws Missing where Python, or a package, is not to be had. */
export function pythonEnvironment(requirements: string): string {
  const environment = cached('compat-python', [requirements], directory => {
    prepare('python3', ['-m', 'venv', directory])
    prepare(join(directory, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements])
  })
  return join(environment, 'bin/python')
}
