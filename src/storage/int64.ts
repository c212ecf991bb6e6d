// 64-bit integers in the files that go beside the logs. All of them are offsets, ids and times: safe integers.

export function int64At(b: Buffer, at: number): number {
  return b.readInt32BE(at) * 2 ** 32 + b.readUInt32BE(at + 4)
}
export function setInt64(b: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  b.writeInt32BE(high, at)
  b.writeUInt32BE(value - high * 2 ** 32, at + 4)
}
