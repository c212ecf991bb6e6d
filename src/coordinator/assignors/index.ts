// The assignors by the names that members ask for.

import type { Assignor } from './assignor.ts'
import { assignRange } from './range.ts'
import { assignUniform } from './uniform.ts'

export const assignors: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', assignUniform],
  ['range', assignRange],
])
