// The APIs by their key: what a frame's header names.
import type { Api } from '../schema.ts'
import * as declared from './index.ts'

export type AnyApi = Api<any, any>
export const apis: ReadonlyMap<number, AnyApi> = new Map(Object.values(declared).map(api => [api.key, api]))
