// The serdes that come with the client, by name: `client.consumer({ key: serdes.string, value: serdes.json(Order) })`.

import { json } from './json.ts'
import { boolean, bytes, float32, float64, int16, int32, int64, none, required, string, uuid } from './primitives.ts'

export const serdes = {
  string,
  bytes,
  int16,
  int32,
  int64,
  float32,
  float64,
  boolean,
  uuid,
  none,
  json,
  required,
} as const
